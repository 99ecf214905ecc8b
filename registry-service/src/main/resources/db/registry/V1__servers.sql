create table registry.server (
  tenant text not null,
  name text not null,
  revision bigint not null,
  enabled boolean not null,
  source text not null,
  -- sallyport.registry.v1.ServerDefinition
  definition bytea not null,
  created_at timestamptz not null,
  changed_at timestamptz not null,
  primary key (tenant, name)
);

create index server_source on registry.server (tenant, source);

-- Every revision that ever was, removals included. Outlives the server, so that revisions only grow.
create table registry.server_revision (
  tenant text not null,
  name text not null,
  revision bigint not null,
  -- null: the server was removed
  definition bytea,
  changed_at timestamptz not null,
  changed_by text not null,
  primary key (tenant, name, revision)
);

-- What the owning executor last reported.
create table registry.catalogue (
  tenant text not null,
  server text not null,
  executor text not null,
  owner_epoch bigint not null,
  generation bigint not null,
  server_revision bigint not null,
  -- SHA-256 over the ordered tools, hex
  version text not null,
  instructions text not null,
  capabilities bytea not null,
  -- sallyport.registry.v1.ServerStatus
  status bytea not null,
  health text not null,
  health_since timestamptz not null,
  reported_at timestamptz not null,
  primary key (tenant, server),
  foreign key (tenant, server) references registry.server (tenant, name) on delete cascade
);

create table registry.tool (
  tenant text not null,
  server text not null,
  position integer not null,
  name text not null,
  -- byte for byte as the upstream sent it
  definition bytea not null,
  -- SHA-256 of the canonical definition, hex; empty where there is no canonical form
  definition_hash text not null,
  read_only_hint boolean not null,
  idempotent_hint boolean not null,
  quarantine_reason text not null,
  primary key (tenant, server, position),
  foreign key (tenant, server) references registry.server (tenant, name) on delete cascade
);

-- The definition that was seen first. Drift is recorded here and not yet acted upon.
create table registry.tool_pin (
  tenant text not null,
  server text not null,
  tool text not null,
  pinned_hash text not null,
  pinned_at timestamptz not null,
  seen_hash text not null,
  seen_at timestamptz not null,
  primary key (tenant, server, tool),
  foreign key (tenant, server) references registry.server (tenant, name) on delete cascade
);

create index tool_pin_drifted on registry.tool_pin (tenant) where seen_hash <> pinned_hash;

-- One row: every writer locks it first, so that sequences are committed in their order.
create table registry.catalogue_sequence (
  id integer primary key check (id = 1),
  sequence bigint not null
);

insert into registry.catalogue_sequence (id, sequence) values (1, 1);

create table registry.outbox (
  sequence bigint primary key,
  tenant text not null,
  server text not null,
  at timestamptz not null
);
