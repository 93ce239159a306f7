-- The level below the system: what holds for a single job. A policy of one job is made with its schedule and listed nowhere else.
set role holdfast_owner;

alter table app.policy add column job_id uuid,
  add foreign key (msp_id, job_id) references app.job,
  add check (job_id is null or client_id is not null);
drop index app.policy_name;
create unique index policy_name on app.policy (msp_id, client_id, name) nulls not distinct
  where retired_at is null and job_id is null;
create unique index policy_of_job on app.policy (msp_id, job_id) where retired_at is null and job_id is not null;
create index policy_listed on app.policy (msp_id, policy_id) where job_id is null;

alter table app.policy_assignment add column job_id uuid,
  add foreign key (msp_id, job_id) references app.job,
  drop constraint policy_assignment_level_check,
  add constraint policy_assignment_level_check check (level in ('client', 'site', 'tag', 'system', 'job')),
  add constraint policy_assignment_job_check check ((level = 'job') = (job_id is not null));
drop index app.policy_assignment_open;
create unique index policy_assignment_open
  on app.policy_assignment (msp_id, level, client_id, site_id, tag, system_id, job_id)
  nulls not distinct where ended_at is null;
create index policy_assignment_by_job on app.policy_assignment (msp_id, job_id) where job_id is not null;
reset role;
