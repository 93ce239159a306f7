-- Rules that technicians make for messages that no product's parser reads, and which of them said what of a message.
set role holdfast_owner;

create table app.message_rule (
  msp_id uuid not null references app.msp,
  message_rule_id uuid not null,
  client_id uuid,                                        -- whose messages it is asked of; null, the MSP's own: every client's
  channel_id uuid,                                       -- of that client; null: all of its channels
  name text not null check (length(name) between 1 and 100),
  kind text not null check (kind in ('text', 'json')),
  definition jsonb not null,                             -- domain/message-rules/message-rule.ts
  example_report_id uuid,                                -- the message that it was made from
  version int not null check (version >= 1),
  created_at timestamptz not null,
  created_by uuid not null,
  created_by_name text not null check (length(created_by_name) between 1 and 200),
  disabled_at timestamptz,                               -- switched off: asked of nothing
  disabled_by uuid,
  primary key (msp_id, message_rule_id),
  foreign key (msp_id, client_id) references app.client,
  foreign key (msp_id, channel_id) references app.inbound_channel,
  foreign key (msp_id, example_report_id) references app.raw_report,
  check (channel_id is null or client_id is not null),
  check ((disabled_at is null) = (disabled_by is null))
);
create unique index message_rule_name on app.message_rule (msp_id, lower(name), client_id) nulls not distinct;
create index message_rule_of_channel on app.message_rule (msp_id, channel_id) where channel_id is not null;

-- What a rule said of a message that was read, in the version of then; of a message that was put aside nothing is kept.
create table app.message_rule_use (
  msp_id uuid not null references app.msp,
  raw_report_id uuid not null,
  message_rule_id uuid not null,
  client_id uuid not null,                               -- the message's
  version int not null check (version >= 1),
  rule_name text not null check (length(rule_name) between 1 and 100),
  status text not null check (status in ('success', 'warning', 'failed')),
  is_decisive boolean not null,                          -- whether what it says is what counts
  used_at timestamptz not null,
  primary key (msp_id, raw_report_id, message_rule_id),
  foreign key (msp_id, client_id) references app.client,
  foreign key (msp_id, raw_report_id) references app.raw_report,
  foreign key (msp_id, message_rule_id) references app.message_rule
);
create index message_rule_use_of_rule on app.message_rule_use (msp_id, message_rule_id, used_at desc);

do $$
declare t text;
begin
  foreach t in array array['message_rule', 'message_rule_use'] loop
    execute format('alter table app.%I enable row level security', t);
    execute format('alter table app.%I force row level security', t);
    execute format('create policy tenant on app.%I using (msp_id = app.msp_id() and app.client_ok(client_id))
      with check (msp_id = app.msp_id() and app.client_ok(client_id))', t);
  end loop;
end $$;
grant select, insert on app.message_rule to holdfast_web, holdfast_worker;
grant update (client_id, channel_id, name, kind, definition, example_report_id, version, disabled_at, disabled_by)
  on app.message_rule to holdfast_web;
grant select on app.message_rule_use to holdfast_web;
grant select, insert on app.message_rule_use to holdfast_worker;
reset role;
