-- How much an MSP has attached to its restore-test records. One row, so that people who see single clients count against the same
-- quota without seeing whose the rest is.
set role holdfast_owner;
create table app.attachment_usage (
  msp_id uuid not null references app.msp,
  used_bytes bigint not null check (used_bytes >= 0),
  primary key (msp_id)
);
alter table app.attachment_usage enable row level security;
alter table app.attachment_usage force row level security;
create policy tenant on app.attachment_usage using (msp_id = app.msp_id()) with check (msp_id = app.msp_id());
grant select, insert, update (used_bytes) on app.attachment_usage to holdfast_web, holdfast_worker;

-- What people do, the worker does for the invented people of a demo.
grant update (level, result, performed_at, review, failure, retest_record_id, changed_at) on app.restore_record_standing
  to holdfast_worker;
grant insert, update (ended_at, ended_by) on app.restore_test_assignment to holdfast_worker;
reset role;
