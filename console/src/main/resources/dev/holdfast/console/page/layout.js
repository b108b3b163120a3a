// SPDX-License-Identifier: Apache-2.0
// Where the boxes of a graph stand: in layers, from left to right, with few crossings.

/** Puts each step behind all that lead to it. A circle, which no graph has, would end here too. */
function layers(ids, edges) {
  const layer = new Map(ids.map((id) => [id, 0]));
  for (let round = 0; round < ids.length; round++) {
    let moved = false;
    for (const {from, to} of edges) {
      if (layer.get(to) <= layer.get(from)) {
        layer.set(to, layer.get(from) + 1);
        moved = true;
      }
    }
    if (!moved) {
      break;
    }
  }
  return layer;
}

/** Long edges bend at a point in each layer that they pass. */
function bends(edges, layer, rows) {
  let count = 0;
  return edges.map((edge) => {
    const path = [edge.from];
    for (let at = layer.get(edge.from) + 1; at < layer.get(edge.to); at++) {
      const bend = `\u0000${count++}`;
      layer.set(bend, at);
      rows[at].push(bend);
      path.push(bend);
    }
    path.push(edge.to);
    return {...edge, path};
  });
}

/** Orders each layer by the middle of its neighbours, to and fro. */
function order(rows, edges) {
  const place = new Map();
  const note = () => rows.forEach((row) => row.forEach((id, i) => place.set(id, i)));
  const links = edges.flatMap(({path}) => path.slice(1).map((id, i) => [path[i], id]));
  note();
  for (let round = 0; round < 8; round++) {
    const forward = round % 2 === 0;
    const list = forward ? rows : rows.toReversed();
    for (const row of list) {
      const middle = new Map(row.map((id) => {
        const near = links.filter(([from, to]) => (forward ? to : from) === id)
            .map(([from, to]) => place.get(forward ? from : to));
        return [id, near.length ? near.reduce((sum, one) => sum + one, 0) / near.length : place.get(id)];
      }));
      row.sort((a, b) => middle.get(a) - middle.get(b));
      row.forEach((id, i) => place.set(id, i));
    }
  }
}

/**
 * Places boxes.
 *
 * @param ids the boxes
 * @param edges {from, to}
 * @param box {width, height, across, down}: the size of a box, and the room between boxes
 * @return {places: id → {x, y}, edges: each with the points it passes, width, height}
 */
export function layout(ids, edges, box) {
  const known = edges.filter(({from, to}) => ids.includes(from) && ids.includes(to) && from !== to);
  const layer = layers(ids, known);
  const rows = Array.from({length: Math.max(0, ...layer.values()) + 1}, () => []);
  ids.forEach((id) => rows[layer.get(id)].push(id));
  const long = bends(known, layer, rows);
  order(rows, long);
  const size = (id) => id.startsWith('\u0000') ? box.height / 2 : box.height;
  const heights = rows.map((row) => row.reduce((sum, id) => sum + size(id) + box.down, -box.down));
  const height = Math.max(box.height, ...heights);
  const places = new Map();
  rows.forEach((row, column) => {
    let y = (height - heights[column]) / 2;
    for (const id of row) {
      places.set(id, {x: column * (box.width + box.across), y, height: size(id)});
      y += size(id) + box.down;
    }
  });
  return {
    places,
    edges: long.map((edge) => ({...edge, points: edge.path.map((id, i) => {
      const {x, y, height: tall} = places.get(id);
      return {in: {x: i === 0 ? null : x, y: y + tall / 2}, out: {x: x + box.width, y: y + tall / 2}};
    })})),
    width: rows.length * (box.width + box.across) - box.across,
    height,
  };
}
