-- History that a person's file tells: runs that another tool had recorded before. Runs of a file lie in a table of their own, which nothing
-- that judges reads; docs/decisions/history-import.md says why.
set role holdfast_owner;

alter table app.agent drop constraint agent_channel_check;
alter table app.agent add constraint agent_channel_check check (channel in ('agent', 'ping', 'mail', 'webhook', 'pull', 'import'));

-- A file on its way in, and what became of it. Its runs are seen while it is done and not withdrawn.
create table app.history_import (
  msp_id uuid not null references app.msp,
  import_id uuid not null,                               -- once it is done the agent's id, too: the channel by which the file came
  client_id uuid not null,
  name text not null check (length(name) between 1 and 200),
  file_name text not null check (length(file_name) between 1 and 200),
  file bytea check (octet_length(file) <= 20971520),     -- null: it lies with the raw reports, or was thrown away
  file_bytes int not null check (file_bytes >= 1),
  file_sha256 bytea not null check (octet_length(file_sha256) = 32),
  head jsonb not null,                                   -- the names of its columns: what was said of a file with the same holds of it, too
  settings jsonb check (length(settings::text) <= 2000000), -- how the file is read: domain/history/settings.ts; null: nobody said
  state text not null check (state in ('draft', 'waiting', 'running', 'done', 'failed', 'cancelled')),
  attempts int not null default 0 check (attempts >= 0),
  next_try_at timestamptz,                               -- of one that waits, or runs and was left by its worker
  row_count int not null check (row_count >= 1),
  run_count int not null default 0 check (run_count >= 0), -- of those that are done
  rows_done int not null default 0 check (rows_done >= 0),
  problem text check (length(problem) between 1 and 500),
  raw_report_id uuid,                                    -- the file as it is kept
  created_at timestamptz not null,
  created_by uuid not null,
  created_by_name text not null check (length(created_by_name) between 1 and 200),
  finished_at timestamptz,
  withdrawn_at timestamptz,
  withdrawn_by uuid,
  withdrawn_by_name text check (length(withdrawn_by_name) between 1 and 200),
  primary key (msp_id, import_id),
  foreign key (msp_id, client_id) references app.client,
  foreign key (msp_id, raw_report_id) references app.raw_report
);
-- Files are compressed when they are sent already, or are not worth the time.
alter table app.history_import alter column file set storage external;
create index history_import_by_head on app.history_import (msp_id, md5(head::text), created_at desc) where state = 'done';
create index history_import_by_time on app.history_import (msp_id, created_at desc, import_id desc);
create index history_import_to_do on app.history_import (msp_id, next_try_at, import_id) where state in ('waiting', 'running');

-- A run of the past, as a row of a file says it.
create table app.imported_run (
  msp_id uuid not null references app.msp,
  import_id uuid not null,
  line int not null check (line >= 1),                   -- of the file, at which its row begins
  run_id uuid not null,
  client_id uuid not null,
  system_id uuid not null,
  occurred_at timestamptz not null,                      -- when it started; where the file does not say, when it ended
  started_at timestamptz,
  ended_at timestamptz,
  status text not null check (status in ('success', 'warning', 'failed')),
  job_name text not null check (length(job_name) between 1 and 200),
  tool text check (length(tool) between 1 and 200),
  repository_name text check (length(repository_name) between 1 and 200),
  size_bytes bigint check (size_bytes >= 0),
  message text check (length(message) between 1 and 2000),
  primary key (msp_id, import_id, line),
  foreign key (msp_id, import_id) references app.history_import,
  foreign key (msp_id, client_id) references app.client,
  foreign key (msp_id, system_id) references app.system
);
create index imported_run_by_system on app.imported_run (msp_id, system_id, occurred_at desc, run_id desc);
create index imported_run_by_client on app.imported_run (msp_id, client_id, occurred_at);

-- A row of a file of which no run was made, and why. Its words are in the file.
create table app.left_out_row (
  msp_id uuid not null references app.msp,
  import_id uuid not null,
  line int not null check (line >= 1),
  client_id uuid not null,
  why text not null check (length(why) between 1 and 50),
  detail text check (length(detail) between 1 and 300),
  primary key (msp_id, import_id, line),
  foreign key (msp_id, import_id) references app.history_import,
  foreign key (msp_id, client_id) references app.client
);

do $$
declare t text;
begin
  foreach t in array array['history_import', 'imported_run', 'left_out_row'] loop
    execute format('alter table app.%I enable row level security', t);
    execute format('alter table app.%I force row level security', t);
    execute format('create policy tenant on app.%I using (msp_id = app.msp_id() and app.client_ok(client_id)) '
      'with check (msp_id = app.msp_id() and app.client_ok(client_id))', t);
  end loop;
end $$;

alter table app.work_due drop constraint work_due_kind_check,
  add constraint work_due_kind_check
  check (kind in ('inbox', 'evaluation', 'mail', 'telling', 'notification', 'ticket', 'document', 'report', 'pull', 'history'));

grant select, insert, update (file, settings, state, next_try_at, rows_done, run_count, problem, finished_at, withdrawn_at, withdrawn_by,
  withdrawn_by_name) on app.history_import to holdfast_web;
grant select, insert, update (file, settings, state, attempts, next_try_at, rows_done, run_count, problem, finished_at, raw_report_id)
  on app.history_import to holdfast_worker;
grant select on app.imported_run, app.left_out_row to holdfast_web;
grant select, insert on app.imported_run, app.left_out_row to holdfast_worker;
-- The worker lays a file that was read to the raw reports.
grant insert on app.raw_report, app.inbox to holdfast_worker;
reset role;
