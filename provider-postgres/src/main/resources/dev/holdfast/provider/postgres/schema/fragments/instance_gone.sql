-- Looked for with the ready row locked: from then on nobody can delete the instance.
RAISE EXCEPTION USING ERRCODE = 'HF003', MESSAGE = 'an instance was deleted meanwhile';
