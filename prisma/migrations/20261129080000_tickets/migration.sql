-- Tickets: where they are kept, who a client is there, and what became of the one ticket of a cause.
set role holdfast_owner;

-- A ticket system is a place that a rule can tell, too.
alter table app.notification_channel drop constraint notification_channel_kind_check,
  add constraint notification_channel_kind_check
    check (kind in ('email', 'webhook', 'slack', 'teams', 'rest-tickets', 'connectwise')),
  add column needs_company boolean not null default false; -- whether its tickets name a company of its own

-- Which company of a ticket system a client is.
create table app.ticket_company (
  msp_id uuid not null references app.msp,
  channel_id uuid not null,
  client_id uuid not null,
  company_id text check (length(company_id) between 1 and 100), -- null: none any more
  changed_at timestamptz not null,
  changed_by uuid not null,
  primary key (msp_id, channel_id, client_id),
  foreign key (msp_id, client_id) references app.client,
  foreign key (msp_id, channel_id) references app.notification_channel
);

-- The one ticket of a cause: what is wanted of it, what the ticket system has been told, and what it answered last.
create table app.ticket (
  msp_id uuid not null references app.msp,
  cause_id uuid not null,
  client_id uuid not null,
  channel_id uuid not null,
  is_wanted boolean not null default true,               -- false: somebody took it back
  wanted_at timestamptz not null,
  rule_id uuid,                                          -- null: a person wanted it
  -- What the ticket system has, as far as it answered.
  stands text not null default 'none' check (stands in ('none', 'open', 'closed')),
  ticket_id text check (length(ticket_id) between 1 and 100),
  ticket_url text check (ticket_url ~ '^https://' and length(ticket_url) <= 500),
  open_tried_at timestamptz,                             -- an opening may have arrived there though no answer came
  told_severity text check (told_severity in ('critical', 'warning', 'note')),
  told_system_ids uuid[] not null default '{}',
  told_finding_count int not null default 0 check (told_finding_count >= 0),
  told_at timestamptz,
  -- What is to be done about it.
  state text not null default 'waiting' check (state in ('waiting', 'settled', 'blocked', 'refused')),
  attempts int not null default 0 check (attempts >= 0), -- ever; whoever tries it after a lease has a higher one
  tries int not null default 0 check (tries >= 0),       -- since something went well
  next_try_at timestamptz not null,                      -- while one tries it: when another may
  give_up_at timestamptz,
  operation text check (operation in ('open', 'find', 'update', 'close', 'reopen')), -- of the last attempt
  problem text check (length(problem) between 1 and 40), -- of the last attempt
  http_status int check (http_status between 100 and 599),
  server_answer text check (length(server_answer) <= 1000),
  took_ms int check (took_ms >= 0),
  primary key (msp_id, cause_id),
  foreign key (msp_id, client_id) references app.client,
  foreign key (msp_id, cause_id) references app.finding_cause,
  foreign key (msp_id, channel_id) references app.notification_channel,
  foreign key (msp_id, rule_id) references app.notification_rule,
  check (stands = 'none' or ticket_id is not null)
);
create index ticket_waiting on app.ticket (msp_id, next_try_at) where state = 'waiting';
create index ticket_stuck on app.ticket (msp_id, channel_id, client_id) where state in ('blocked', 'refused');

do $$
declare t text;
begin
  foreach t in array array['ticket_company', 'ticket'] loop
    execute format('alter table app.%I enable row level security', t);
    execute format('alter table app.%I force row level security', t);
    execute format('create policy tenant on app.%I using (msp_id = app.msp_id() and app.client_ok(client_id))
      with check (msp_id = app.msp_id() and app.client_ok(client_id))', t);
  end loop;
end $$;
grant select on app.ticket_company, app.ticket to holdfast_web, holdfast_worker;
grant insert, update (company_id, changed_at, changed_by) on app.ticket_company to holdfast_web;
grant insert, update (channel_id, is_wanted, wanted_at, rule_id, state, tries, next_try_at, give_up_at) on app.ticket to holdfast_web;
grant insert, update on app.ticket to holdfast_worker;
grant update (shown_address, sealed, needs_company) on app.notification_channel to holdfast_web;

alter table app.finding_event drop constraint finding_event_kind_check,
  add constraint finding_event_kind_check check (kind in ('opened', 'grew', 'worsened', 'closed', 'reopened', 'woke', 'waiver-ended',
    'acknowledged', 'assigned', 'snoozed', 'commented', 'ticket-linked', 'waived', 'waiver-withdrawn',
    'ticket-wanted', 'ticket-withdrawn', 'ticket-retried', 'ticket-opened', 'ticket-updated', 'ticket-closed', 'ticket-reopened',
    'ticket-blocked', 'ticket-refused'));

alter table app.work_due drop constraint work_due_kind_check,
  add constraint work_due_kind_check
    check (kind in ('inbox', 'evaluation', 'mail', 'telling', 'notification', 'ticket'));
reset role;
