-- The chain's index began with the tenant, so to a planner that knows nothing of a new day's table yet it looked as good
-- for finding a record as the primary key is, and every record was looked for among all of its tenant.
DROP INDEX audit.record_chain;
CREATE INDEX record_chain ON audit.record (shard, tenant, chain_position);
