-- Findings about agents, and what machines tell of themselves that opens some.
set role holdfast_owner;

alter table app.finding drop constraint finding_subject_kind_check;
alter table app.finding add constraint finding_subject_kind_check
  check (subject_kind in ('data-set', 'repository', 'job', 'agent'));

-- The newest word of each machine on each of its problems; only those that a finding rests on are kept.
create table app.reported_problem (
  msp_id uuid not null references app.msp,
  agent_id uuid not null,
  code text not null check (code in ('borgmatic_hides_damage', 'retention_not_enforced')),
  subject text not null default '' check (length(subject) <= 200), -- a job, a tool: in the machine's own words
  client_id uuid not null,
  repository_id uuid,                                              -- of the run that told it; null: of none
  message text not null check (length(message) <= 2000),
  observed_at timestamptz not null,
  raw_report_id uuid not null,
  primary key (msp_id, agent_id, code, subject),
  foreign key (msp_id, client_id) references app.client,
  foreign key (msp_id, agent_id) references app.agent,
  foreign key (msp_id, repository_id) references app.repository,
  foreign key (msp_id, raw_report_id) references app.raw_report
);
create index reported_problem_by_repository on app.reported_problem (msp_id, repository_id)
  where repository_id is not null;
alter table app.reported_problem enable row level security;
alter table app.reported_problem force row level security;
create policy tenant on app.reported_problem using (msp_id = app.msp_id() and app.client_ok(client_id))
  with check (msp_id = app.msp_id() and app.client_ok(client_id));
grant select on app.reported_problem to holdfast_web, holdfast_worker;
grant insert, update on app.reported_problem to holdfast_worker;
reset role;
