-- Whether a caller that can replay the versions in {ranges} can replay the current execution of an instance `i`. Each range is
-- six numbers, both ends; NULL means any version, an empty array none, not even an execution without a pin.
({ranges} IS NULL
 OR CASE WHEN i.pin IS NULL THEN cardinality({ranges}) > 0
         ELSE EXISTS (SELECT FROM generate_series(1, cardinality({ranges}), 6) AS g (at)
                       WHERE i.pin BETWEEN ({ranges})[g.at:g.at + 2] AND ({ranges})[g.at + 3:g.at + 5]) END)
