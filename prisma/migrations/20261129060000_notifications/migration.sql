-- Telling people: where to, by which rules, what was told, and what became of it.
set role holdfast_owner;

create table app.notification_channel (
  msp_id uuid not null references app.msp,
  channel_id uuid not null,
  name text not null check (length(name) between 1 and 100),
  kind text not null check (kind in ('email', 'webhook', 'slack', 'teams')),
  shown_address text not null,                           -- as much of the address as may be seen
  sealed bytea not null,                                 -- the address, and what a webhook is signed with: AES-256-GCM by the application
  created_at timestamptz not null,
  created_by uuid not null,
  removed_at timestamptz,
  removed_by uuid,
  primary key (msp_id, channel_id),
  check ((removed_at is null) = (removed_by is null))
);

create table app.notification_rule (
  msp_id uuid not null references app.msp,
  rule_id uuid not null,
  name text not null check (length(name) between 1 and 100),
  channel_id uuid not null,
  escalation_channel_id uuid,                            -- who hears of what nobody acknowledged in time; null: nobody
  terms jsonb not null,                                  -- domain/notify/notification-rule.ts
  active_from timestamptz not null,                      -- what happened before is not told
  created_by uuid not null,
  removed_at timestamptz,
  removed_by uuid,
  primary key (msp_id, rule_id),
  foreign key (msp_id, channel_id) references app.notification_channel,
  foreign key (msp_id, escalation_channel_id) references app.notification_channel,
  check ((removed_at is null) = (removed_by is null))
);
create index notification_rule_by_channel on app.notification_rule (msp_id, channel_id) where removed_at is null;

-- A message to one channel. Its id travels with each attempt, so that whoever gets it twice can tell.
create table app.notification (
  msp_id uuid not null references app.msp,
  notification_id uuid not null,
  rule_id uuid,                                          -- null: a test
  channel_id uuid not null,
  content jsonb not null,                                -- domain/notify/message-content.ts
  state text not null default 'waiting' check (state in ('waiting', 'sent', 'given-up')),
  attempts int not null default 0 check (attempts >= 0),
  created_at timestamptz not null,
  next_try_at timestamptz not null,                      -- while one sends it: when another may
  give_up_at timestamptz not null,
  finished_at timestamptz,
  problem text check (length(problem) between 1 and 40), -- of the last attempt
  http_status int check (http_status between 100 and 599),
  server_answer text check (length(server_answer) <= 1000),
  took_ms int check (took_ms >= 0),
  primary key (msp_id, notification_id),
  foreign key (msp_id, rule_id) references app.notification_rule,
  foreign key (msp_id, channel_id) references app.notification_channel,
  check ((finished_at is null) = (state = 'waiting'))
);
create index notification_waiting on app.notification (msp_id, next_try_at) where state = 'waiting';
create index notification_newest on app.notification (msp_id, created_at desc, notification_id desc);
create index notification_by_rule on app.notification (msp_id, rule_id, channel_id, created_at);

-- What a rule told a channel of a cause. Its key is why nothing is told twice.
create table app.notification_told (
  msp_id uuid not null references app.msp,
  rule_id uuid not null,
  channel_id uuid not null,
  cause_id uuid not null,
  episode int not null check (episode >= 0),             -- how often the cause had come back
  step text not null check (step in ('opened', 'worse', 'over', 'resolved', 'escalated')),
  severity_rank int not null check (severity_rank between 1 and 3),
  client_id uuid not null,
  notification_id uuid not null,
  at timestamptz not null,
  primary key (msp_id, rule_id, channel_id, cause_id, episode, step, severity_rank),
  foreign key (msp_id, client_id) references app.client,
  foreign key (msp_id, cause_id) references app.finding_cause,
  foreign key (msp_id, rule_id) references app.notification_rule,
  foreign key (msp_id, channel_id) references app.notification_channel,
  foreign key (msp_id, notification_id) references app.notification
);
create index notification_told_of_cause on app.notification_told (msp_id, cause_id, rule_id, at desc);

do $$
declare t text;
begin
  foreach t in array array['notification_channel', 'notification_rule', 'notification', 'notification_told'] loop
    execute format('alter table app.%I enable row level security', t);
    execute format('alter table app.%I force row level security', t);
  end loop;
  foreach t in array array['notification_channel', 'notification_rule', 'notification'] loop
    execute format('create policy tenant on app.%I using (msp_id = app.msp_id()) with check (msp_id = app.msp_id())', t);
  end loop;
end $$;
create policy tenant on app.notification_told using (msp_id = app.msp_id() and app.client_ok(client_id))
  with check (msp_id = app.msp_id() and app.client_ok(client_id));

grant select on app.notification_channel, app.notification_rule, app.notification, app.notification_told
  to holdfast_web, holdfast_worker;
grant insert, update (name, removed_at, removed_by) on app.notification_channel to holdfast_web;
grant insert, update (name, channel_id, escalation_channel_id, terms, removed_at, removed_by) on app.notification_rule
  to holdfast_web;
grant insert on app.notification to holdfast_web, holdfast_worker;
grant update (state, attempts, next_try_at, finished_at, problem, http_status, server_answer, took_ms) on app.notification
  to holdfast_worker;
grant insert on app.notification_told to holdfast_worker;

-- What happened to causes by itself, by time: what rules look at.
create index finding_event_by_time on app.finding_event (msp_id, at) where change_id is null;

alter table app.work_due drop constraint work_due_kind_check,
  add constraint work_due_kind_check check (kind in ('inbox', 'evaluation', 'mail', 'telling', 'notification'));
reset role;
