create table policy.tenant (
  id text primary key,
  created_at timestamptz not null
);

-- Only the SHA-256 of a key is kept; the key itself is never seen by this service.
create table policy.virtual_key (
  tenant text not null references policy.tenant (id),
  id text not null,
  name text not null,
  credential_hash bytea not null check (octet_length(credential_hash) = 32),
  prefix text not null,
  tools text[] not null,
  created_at timestamptz not null,
  expires_at timestamptz,
  revoked_at timestamptz,
  source text not null,
  revision bigint not null,
  primary key (tenant, id)
);

create unique index virtual_key_credential on policy.virtual_key (credential_hash);
create unique index virtual_key_live_name on policy.virtual_key (tenant, name) where revoked_at is null;
create index virtual_key_source on policy.virtual_key (tenant, source);

-- One row: every writer locks it first, so that sequences are committed in their order.
create table policy.access_sequence (
  id integer primary key check (id = 1),
  sequence bigint not null
);

-- From 1: a watcher that asks for what came after 0 asks for what comes from now.
insert into policy.access_sequence (id, sequence) values (1, 1);

create table policy.outbox (
  sequence bigint primary key,
  tenant text not null,
  key_id text not null,
  credential_hash bytea not null,
  ended boolean not null,
  at timestamptz not null
);
