-- What the ledger in Redis may have handed out of a limit at most, by window and slice of time. Written before it does.
create table policy.limit_block (
  tenant text not null,
  limit_id text not null,
  -- Window of the limit when this was written; another window counts anew.
  shape text not null,
  slice bigint not null,
  allotted bigint not null check (allotted >= 0),
  primary key (tenant, limit_id, shape, slice)
);

-- Which life of Redis the ledger of a tenant is of. When Redis comes back without it, or as another server, a new one begins.
create table policy.ledger_epoch (
  tenant text primary key,
  epoch text not null,
  -- Redis time, milliseconds: before it leases of the epoch before may still be in use.
  usable_from bigint not null
);
