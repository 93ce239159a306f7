-- Restore tests that the server asks an agent for: named, with their parameters, signed when they are made.
set role holdfast_owner;

create table app.restore_request (
  msp_id uuid not null references app.msp,
  request_id uuid not null,
  client_id uuid not null,
  data_set_id uuid not null,
  repository_id uuid not null,
  agent_id uuid not null,
  point_id uuid,                                         -- null: the newest
  reason text not null check (reason in ('person', 'policy')),
  policy_version_id uuid,
  asked_by uuid,
  asked_by_name text check (length(asked_by_name) between 1 and 200),
  asked_at timestamptz not null,
  expires_at timestamptz not null check (expires_at > asked_at),
  rule text not null check (rule in ('sample', 'full')),
  files int not null check (files between 1 and 1000),
  seed bigint not null check (seed between 0 and 4294967295),
  body text not null check (length(body) <= 10000),      -- as signed
  signature bytea not null check (octet_length(signature) <= 64),
  state text not null default 'waiting' check (state in ('waiting', 'fetched', 'done', 'expired')),
  fetched_at timestamptz,
  ended_at timestamptz,
  restore_test_id uuid,                                  -- null: it ended before there was a point to speak of
  result text check (result in ('passed', 'failed', 'error', 'skipped')),
  message text check (length(message) <= 2000),
  primary key (msp_id, request_id),
  foreign key (msp_id, client_id) references app.client,
  foreign key (msp_id, data_set_id) references app.data_set,
  foreign key (msp_id, repository_id) references app.repository,
  foreign key (msp_id, agent_id) references app.agent,
  foreign key (msp_id, point_id) references app.recovery_point,
  foreign key (msp_id, policy_version_id) references app.policy_version,
  foreign key (msp_id, restore_test_id) references app.restore_test,
  check ((reason = 'person') = (asked_by is not null)),
  check ((asked_by is null) = (asked_by_name is null)),
  check ((reason = 'policy') = (policy_version_id is not null)),
  check ((state in ('done', 'expired')) = (ended_at is not null)),
  check ((state = 'done') = (result is not null)),
  check (restore_test_id is null or state = 'done')
);
-- At most one that is open of a data set.
create unique index restore_request_open on app.restore_request (msp_id, data_set_id) where state in ('waiting', 'fetched');
create index restore_request_of_agent on app.restore_request (msp_id, agent_id) where state in ('waiting', 'fetched');
create index restore_request_by_data_set on app.restore_request (msp_id, data_set_id, asked_at desc);
create index restore_request_by_test on app.restore_request (msp_id, restore_test_id) where restore_test_id is not null;

-- When an agent last asked for requests: one that never does is too old for them, and is asked for nothing.
create table app.agent_request_poll (
  msp_id uuid not null references app.msp,
  agent_id uuid not null,
  client_id uuid,
  polled_at timestamptz not null,
  primary key (msp_id, agent_id),
  foreign key (msp_id, agent_id) references app.agent,
  foreign key (msp_id, client_id) references app.client
);

do $$
declare t text;
begin
  foreach t in array array['restore_request', 'agent_request_poll'] loop
    execute format('alter table app.%I enable row level security', t);
    execute format('alter table app.%I force row level security', t);
    execute format('create policy tenant on app.%I using (msp_id = app.msp_id() and app.client_ok(client_id))
      with check (msp_id = app.msp_id() and app.client_ok(client_id))', t);
  end loop;
end $$;
grant select, insert on app.restore_request to holdfast_web, holdfast_worker;
grant update (state, ended_at, restore_test_id, result, message) on app.restore_request to holdfast_worker;
grant select, update (state, fetched_at) on app.restore_request to holdfast_ingest;
grant select on app.agent_request_poll to holdfast_web, holdfast_worker;
grant select, insert, update on app.agent_request_poll to holdfast_ingest;
reset role;
