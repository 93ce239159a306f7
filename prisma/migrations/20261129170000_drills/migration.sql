-- Drills: an agent damages one restored file on purpose, notices it, and the alarm of that has to reach people. A drill is a request like
-- that for a restore test, but never becomes one: its result has words of its own.
set role holdfast_owner;

alter table app.restore_request
  add column is_drill boolean not null default false,
  add column drill jsonb,                                -- what the agent told: what was damaged, what it noticed
  add column alarm_opened_at timestamptz,
  add column alarm_closed_at timestamptz,
  add column confirmed_at timestamptz,                   -- that the alarm arrived
  add column confirmed_by uuid,
  add column confirmed_by_name text check (length(confirmed_by_name) between 1 and 200);
alter table app.restore_request drop constraint restore_request_result_check;
alter table app.restore_request
  add constraint restore_request_result_check check (case when is_drill
    then result in ('noticed', 'unnoticed', 'copy-damaged', 'error', 'skipped')
    else result in ('passed', 'failed', 'error', 'skipped') end),
  add constraint restore_request_is_test_or_drill check (case when is_drill
    then reason = 'person' and restore_test_id is null and (drill is not null) = (state = 'done')
    else drill is null and alarm_opened_at is null end),
  add constraint restore_request_alarm_of_result check (alarm_opened_at is null or result not in ('error', 'skipped')),
  add constraint restore_request_alarm_in_order check (alarm_opened_at is not null or (alarm_closed_at is null and confirmed_at is null)),
  add constraint restore_request_confirmed_by_somebody check ((confirmed_at is null) = (confirmed_by is null)
    and (confirmed_by is null) = (confirmed_by_name is null));
-- Those of which something is left to do.
create index restore_request_of_open_drill on app.restore_request (msp_id, request_id)
  where is_drill and state = 'done' and alarm_closed_at is null and result not in ('error', 'skipped');
grant update (drill, alarm_opened_at, alarm_closed_at) on app.restore_request to holdfast_worker;
grant update (confirmed_at, confirmed_by, confirmed_by_name) on app.restore_request to holdfast_web;

-- The alarm is a finding of no data set, so that no verdict reads it.
alter table app.finding drop constraint finding_subject_kind_check;
alter table app.finding add constraint finding_subject_kind_check
  check (subject_kind in ('data-set', 'repository', 'job', 'agent', 'machine', 'system', 'drill'));
alter table app.finding drop constraint finding_of_data_set_or_coverage;
alter table app.finding add constraint finding_of_data_set_or_coverage
  check (case when subject_kind in ('machine', 'system') then data_set_id is null
    when subject_kind = 'drill' then data_set_id is null and system_id is not null
    else data_set_id is not null and system_id is not null end);
reset role;
