-- What may be used of tools, by whom. What was used is not here.
create table policy.limit_rule (
  tenant text not null references policy.tenant (id),
  id text not null,
  name text not null,
  -- Numbers of the enums in sallyport/policy/v1/policy.proto.
  owner_kind smallint not null,
  owner text not null,
  tools text[] not null,
  kind smallint not null,
  units bigint not null check (units between 1 and 1000000000000000),
  rolling_millis bigint not null check (rolling_millis >= 0),
  calendar smallint not null,
  zone text not null,
  source text not null,
  revision bigint not null,
  primary key (tenant, id),
  check (rolling_millis = 0 or calendar = 0)
);

create unique index limit_rule_name on policy.limit_rule (tenant, name);
create index limit_rule_source on policy.limit_rule (tenant, source);
create index limit_rule_owner on policy.limit_rule (tenant, owner_kind, owner);

-- 'key': a credential changed. 'limits': limits of the tenant changed; key and credential are then empty.
alter table policy.outbox add column kind text not null default 'key';
