-- Customers, teams and users: whom keys belong to.
create table policy.owner (
  tenant text not null references policy.tenant (id),
  id text not null,
  -- Kind and name: team:payments.
  name text not null,
  -- Likewise; null: the tenant itself.
  parent text,
  roles text[] not null,
  source text not null,
  revision bigint not null,
  primary key (tenant, id)
);

create unique index owner_name on policy.owner (tenant, name);
create index owner_source on policy.owner (tenant, source);
create index owner_parent on policy.owner (tenant, parent) where parent is not null;

-- A customer, team or user; null: the tenant itself.
alter table policy.virtual_key add column owner text;
create index virtual_key_owner on policy.virtual_key (tenant, owner) where owner is not null;

create table policy.tool_group (
  tenant text not null references policy.tenant (id),
  id text not null,
  name text not null,
  title text not null,
  tools text[] not null,
  -- Whom it is for, in the order given.
  attached text[] not null,
  source text not null,
  revision bigint not null,
  primary key (tenant, id)
);

create unique index tool_group_name on policy.tool_group (tenant, name);
create index tool_group_source on policy.tool_group (tenant, source);

-- The same as tool_group.attached, the other way round: written with it.
create table policy.tool_group_attachment (
  tenant text not null,
  attached text not null,
  group_id text not null,
  primary key (tenant, attached, group_id),
  foreign key (tenant, group_id) references policy.tool_group (tenant, id) on delete cascade
);

create index tool_group_attachment_group on policy.tool_group_attachment (tenant, group_id);
