-- What became of each due time of a job that has a schedule, once it is decided. Kept, whatever its schedule becomes later.
set role holdfast_owner;

create table app.expectation (
  msp_id uuid not null references app.msp,
  job_id uuid not null,
  -- The nominal local time that identifies a due time within its job.
  nominal text not null check (length(nominal) between 1 and 22),
  client_id uuid not null,
  system_id uuid not null,
  due_at timestamptz not null,
  deadline timestamptz,
  state text not null check (state in ('met', 'late', 'missed', 'excused', 'no-data')),
  run_id uuid,
  -- What the state dates from: the start of the run, the deadline.
  since timestamptz,
  -- When it was missed, though a late report has said otherwise since.
  missed_at timestamptz,
  maintenance text check (length(maintenance) <= 200),
  primary key (msp_id, job_id, nominal),
  foreign key (msp_id, client_id) references app.client,
  foreign key (msp_id, job_id) references app.job,
  foreign key (msp_id, system_id) references app.system,
  check ((state in ('met', 'late')) <= (run_id is not null))
);
create index expectation_by_due on app.expectation (msp_id, job_id, due_at);

alter table app.expectation enable row level security;
alter table app.expectation force row level security;
create policy tenant on app.expectation using (msp_id = app.msp_id() and app.client_ok(client_id))
  with check (msp_id = app.msp_id() and app.client_ok(client_id));
grant select on app.expectation to holdfast_web, holdfast_worker;
grant insert, update on app.expectation to holdfast_worker;
reset role;
