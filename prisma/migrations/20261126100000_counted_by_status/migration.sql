-- What a fleet's page and a report cost no longer grows with the fleet: statuses are counted without their systems, and what a
-- report concerns is found by indexes.
set role holdfast_owner;

-- Set with the row of app.system_status, which is never deleted: all such systems are counted by their status alone, the others, few
-- and found by the index, by themselves. Those that have a status already get the mark with their next report, and are right until
-- then: who counts them looks.
alter table app.system add column has_status boolean not null default false;
create index system_without_status on app.system (msp_id, client_id) where not has_status;

create index system_status_failing on app.system_status (msp_id, client_id, status) where status in ('non-compliant', 'at-risk');
create index job_by_repository on app.job (msp_id, repository_id);
create index job_by_agent on app.job (msp_id, agent_id);
create index agent_by_client on app.agent (msp_id, client_id);

reset role;
