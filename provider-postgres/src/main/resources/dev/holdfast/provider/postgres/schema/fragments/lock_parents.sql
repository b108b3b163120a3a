-- Locks the rows of instances that get a child, behind all other locks: a deletion of their tree sees the child, or comes first.
-- Then the row is gone, and the child is a root.
PERFORM FROM :schema.instance i WHERE {which} ORDER BY i.instance_key FOR KEY SHARE;
