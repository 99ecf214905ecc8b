-- The credential before the present one, as long as it goes on.
alter table policy.virtual_key add column previous_hash bytea check (octet_length(previous_hash) = 32);
alter table policy.virtual_key add column previous_until timestamptz;
alter table policy.virtual_key add check ((previous_hash is null) = (previous_until is null));

-- Names of keys that are revoked too, and pages of a tenant's keys.
create index virtual_key_name on policy.virtual_key (tenant, name);
create index virtual_key_created on policy.virtual_key (tenant, created_at, id);

create unique index virtual_key_previous on policy.virtual_key (previous_hash) where previous_hash is not null;
