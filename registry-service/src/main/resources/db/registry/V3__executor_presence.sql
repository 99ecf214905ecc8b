-- Which executors are there: each notes itself every two seconds. An owner that does so no longer may be followed
-- by another executor.
create table registry.executor_presence (
  executor text not null,
  -- grows with every start of the executor
  epoch bigint not null,
  seen_at timestamptz not null,
  primary key (executor, epoch)
);
