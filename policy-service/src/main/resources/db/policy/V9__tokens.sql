-- A further kind of limit, 4: tokens. Of those: what a call takes before it is dispatched; 0: the default.
alter table policy.limit_rule add column reserved bigint not null default 0 check (reserved >= 0);
