-- What a tool's own configuration keeps of a repository's points, as a machine read it. Not what was promised: that is policy.
set role holdfast_owner;

create table app.retention_rule (
  msp_id uuid not null references app.msp,
  repository_id uuid not null,
  agent_id uuid not null,                                -- whose configuration says so: several may write into one repository
  source text not null check (source in ('tool_config', 'command_line', 'tool_reported', 'observed')),
  archives text not null default '' check (length(archives) <= 500), -- of which points it speaks; empty: all
  client_id uuid not null,
  keep_last int check (keep_last >= 0),
  keep_hourly int check (keep_hourly >= 0),
  keep_daily int check (keep_daily >= 0),
  keep_weekly int check (keep_weekly >= 0),
  keep_monthly int check (keep_monthly >= 0),
  keep_yearly int check (keep_yearly >= 0),
  keep_within_days int check (keep_within_days >= 0),
  observed_at timestamptz not null,
  raw_report_id uuid not null,
  primary key (msp_id, repository_id, agent_id, source, archives),
  foreign key (msp_id, repository_id) references app.repository,
  foreign key (msp_id, client_id) references app.client,
  foreign key (msp_id, agent_id) references app.agent,
  foreign key (msp_id, raw_report_id) references app.raw_report
);
alter table app.retention_rule enable row level security;
alter table app.retention_rule force row level security;
create policy tenant on app.retention_rule using (msp_id = app.msp_id() and app.client_ok(client_id))
  with check (msp_id = app.msp_id() and app.client_ok(client_id));
grant select on app.retention_rule to holdfast_web, holdfast_worker;
grant insert, update on app.retention_rule to holdfast_worker;
reset role;
