-- Rules over arguments and identity. Edge evaluates them; every profile of the tenant carries all of them.
create table policy.rule (
  tenant text not null references policy.tenant (id),
  id text not null,
  name text not null,
  tools text[] not null,
  -- CEL; empty: always.
  condition text not null,
  -- Number of the enum RuleEffect in sallyport/policy/v1/policy.proto.
  effect smallint not null,
  priority smallint not null check (priority between 0 and 1000),
  reason text not null,
  expires_millis bigint not null check (expires_millis >= 0),
  source text not null,
  revision bigint not null,
  primary key (tenant, id)
);

create unique index rule_name on policy.rule (tenant, name);

-- A further kind of announcement, 'access': what keys of the tenant may see or use changed. A replica that does not know
-- it tells its watchers to forget everything.
