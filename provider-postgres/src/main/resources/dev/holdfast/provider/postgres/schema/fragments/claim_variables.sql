-- The variables of claim_one.
v_until    bigint;
v_key      bigint;
v_token    bigint;
v_ready    boolean;
v_valued   boolean;
