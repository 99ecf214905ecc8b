-- The record of everything. Append-only: rows are never changed, but for the erasure of content.

-- One head per chain. Its row is locked by the transaction that appends to the chain.
CREATE TABLE audit.chain_head (
    tenant   text     NOT NULL,
    shard    smallint NOT NULL,
    position bigint   NOT NULL,
    hash     bytea    NOT NULL,
    PRIMARY KEY (tenant, shard)
);

-- Every edge that ever appended, and how far it came. Its row serialises the batches of one edge.
CREATE TABLE audit.edge (
    edge     text        NOT NULL PRIMARY KEY,
    epoch    bigint      NOT NULL DEFAULT 0,
    position bigint      NOT NULL DEFAULT 0,
    seen     timestamptz NOT NULL DEFAULT now()
);

-- Calls with an OPEN and no CLOSE yet. Small: most calls close in the batch they open in.
CREATE TABLE audit.open_call (
    edge       text   NOT NULL,
    edge_epoch bigint NOT NULL,
    tenant     text   NOT NULL,
    call_id    uuid   NOT NULL,
    PRIMARY KEY (tenant, call_id)
);
CREATE INDEX open_call_of_edge ON audit.open_call (edge, edge_epoch);

-- What an edge sent and what is not a record. Kept, so that nothing is lost and nothing blocks the spool.
CREATE TABLE audit.rejected (
    edge     text        NOT NULL,
    digest   bytea       NOT NULL,
    reason   text        NOT NULL,
    data     bytea       NOT NULL,
    received timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (edge, digest)
);

CREATE TABLE audit.record (
    tenant                  text        NOT NULL,
    -- The day (UTC) inside the UUIDv7 call id.
    day                     date        NOT NULL,
    call_id                 uuid        NOT NULL,
    sequence                integer     NOT NULL,
    -- Numbers of the enums in sallyport/audit/v1/audit.proto.
    kind                    smallint    NOT NULL,
    edge                    text        NOT NULL,
    edge_epoch              bigint      NOT NULL,
    time                    timestamptz NOT NULL,
    parent_call_id          uuid,
    caller                  text        NOT NULL,
    key_id                  text        NOT NULL,
    key_name                text        NOT NULL,
    door                    text        NOT NULL,
    client_protocol_version text        NOT NULL,
    client_info             text        NOT NULL,
    method                  text        NOT NULL,
    server                  text        NOT NULL,
    tool                    text        NOT NULL,
    exposed_name            text        NOT NULL,
    -- Content and salt can be erased; length and digest stay, and the chain covers them.
    arguments               bytea,
    arguments_salt          bytea,
    arguments_length        bigint,
    arguments_digest        bytea,
    result                  bytea,
    result_salt             bytea,
    result_length           bigint,
    result_digest           bytea,
    decision                text        NOT NULL,
    rule                    text        NOT NULL,
    catalogue_version       text        NOT NULL,
    outcome                 smallint    NOT NULL,
    error_code              text        NOT NULL,
    latency_micros          bigint      NOT NULL,
    upstream_micros         bigint      NOT NULL,
    cost_micros             bigint      NOT NULL,
    trace_id                text        NOT NULL,
    dropped                 bigint      NOT NULL,
    shard                   smallint    NOT NULL,
    chain_version           smallint    NOT NULL,
    chain_position          bigint      NOT NULL,
    previous_hash           bytea       NOT NULL,
    hash                    bytea       NOT NULL,
    PRIMARY KEY (tenant, day, call_id, sequence)
) PARTITION BY RANGE (day);

CREATE INDEX record_chain ON audit.record (tenant, shard, chain_position);

-- Days are made ahead and on demand; what fits none of them is still kept.
CREATE TABLE audit.record_other PARTITION OF audit.record DEFAULT;

CREATE FUNCTION audit.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.arguments IS NULL AND NEW.arguments_salt IS NULL
            AND NEW.result IS NULL AND NEW.result_salt IS NULL THEN
        OLD.arguments := NULL;
        OLD.arguments_salt := NULL;
        OLD.result := NULL;
        OLD.result_salt := NULL;
        IF NEW IS NOT DISTINCT FROM OLD THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'audit.record is append-only: only content can be erased';
END
$$;

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON audit.record
    FOR EACH ROW EXECUTE FUNCTION audit.refuse_change();
