-- Roles that tenants make themselves. Those that are always there are in the code.
create table policy.admin_role (
  tenant text not null references policy.tenant (id),
  name text not null,
  -- Wire names. What a version does not know it does not allow.
  permissions text[] not null,
  source text not null,
  revision bigint not null,
  primary key (tenant, name)
);

create index admin_role_source on policy.admin_role (tenant, source);

-- Only the SHA-256 of a credential is kept.
create table policy.administrator (
  tenant text not null references policy.tenant (id),
  id text not null,
  name text not null,
  -- Of one that is always there, or of policy.admin_role: writers of all replicas take turns, and check it.
  role text not null,
  credential_hash bytea not null check (octet_length(credential_hash) = 32),
  prefix text not null,
  created_at timestamptz not null,
  expires_at timestamptz,
  revoked_at timestamptz,
  revision bigint not null,
  primary key (tenant, id)
);

create unique index administrator_credential on policy.administrator (credential_hash);
create unique index administrator_live_name on policy.administrator (tenant, name) where revoked_at is null;
create index administrator_created on policy.administrator (tenant, created_at, id);
