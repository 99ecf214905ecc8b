-- Calls that wait for a person, and what became of them. Expired is what has passed its time: it is not written down.
create table policy.approval (
  tenant text not null references policy.tenant (id),
  id text not null,
  -- Number of ApprovalState in sallyport/policy/v1/policy.proto.
  state smallint not null check (state between 1 and 4),
  key_id text not null,
  key_name text not null,
  server text not null,
  tool text not null,
  arguments_digest bytea not null check (octet_length(arguments_digest) in (0, 32)),
  rule text not null,
  reason text not null,
  asked_at timestamptz not null,
  expires_at timestamptz not null,
  decided_by text not null,
  decided_at timestamptz,
  comment text not null,
  valid_until timestamptz,
  -- The agent has been told of the denial.
  told boolean not null,
  used_at timestamptz,
  call_id text not null,
  first_leg integer not null,
  leg integer not null,
  primary key (tenant, id),
  check ((state in (2, 4)) = (valid_until is not null)),
  check ((state = 4) = (used_at is not null)),
  check ((state = 1) = (decided_at is null))
);

-- What a person reads before deciding. Apart, so that lists do not read them.
create table policy.approval_arguments (
  tenant text not null,
  id text not null,
  arguments bytea not null check (octet_length(arguments) <= 65536),
  primary key (tenant, id),
  foreign key (tenant, id) references policy.approval (tenant, id) on delete cascade
);

-- What a call of a key with these arguments finds.
create index approval_claim on policy.approval (tenant, key_id, arguments_digest, state);
create index approval_call on policy.approval (tenant, call_id) where call_id <> '';
create index approval_pages on policy.approval (tenant, asked_at, id);
create index approval_pending on policy.approval (tenant, expires_at) where state = 1;
create index approval_pending_key on policy.approval (tenant, key_id, expires_at) where state = 1;
create index approval_age on policy.approval (asked_at);
