-- The foundation: roles that own nothing, the sealed context, tenant tables under row security, the audit chain.
-- Rules that every later migration keeps: msp_id first in every key, exactly one permissive policy a table without
-- subqueries, states as text + CHECK, no triggers, no sequences, grants by name and on parents only.

-- Roles ------------------------------------------------------------------------------------------------------------
do $$
declare r text;
begin
  foreach r in array array['holdfast_owner', 'audit_owner', 'sec_owner'] loop
    if not exists (select 1 from pg_roles where rolname = r) then
      execute format('create role %I nologin', r);
    end if;
  end loop;
  foreach r in array array['holdfast_web', 'holdfast_worker', 'holdfast_ingest'] loop
    if not exists (select 1 from pg_roles where rolname = r) then
      execute format('create role %I login', r);
    end if;
  end loop;
end $$;
grant holdfast_owner, audit_owner, sec_owner to current_user;
alter role holdfast_web set statement_timeout = '5s';
alter role holdfast_web set idle_in_transaction_session_timeout = '10s';
alter role holdfast_web set lock_timeout = '2s';
alter role holdfast_worker set statement_timeout = '60s';
alter role holdfast_worker set idle_in_transaction_session_timeout = '60s';
alter role holdfast_ingest set statement_timeout = '10s';
alter role holdfast_ingest set idle_in_transaction_session_timeout = '10s';

create schema if not exists app_sec authorization sec_owner;
create schema if not exists app authorization holdfast_owner;
create schema if not exists identity authorization holdfast_owner;
create schema if not exists audit authorization audit_owner;
grant usage on schema app to sec_owner, audit_owner, holdfast_web, holdfast_worker, holdfast_ingest;
grant usage on schema identity, audit to holdfast_web, holdfast_worker, holdfast_ingest;

-- Sealed context ---------------------------------------------------------------------------------------------------
-- app.ctx = msp|clients|user|role|expires|mac. The mac (HMAC-SHA256) covers pg_backend_pid() too, so a context copied
-- from another connection is worth nothing; it expires soon after the transaction limit.
set role sec_owner;
create table app_sec.context_key (
  slot smallint primary key check (slot in (1, 2)),     -- 1 current, 2 previous: keys can be rotated
  inner_pad bytea not null check (octet_length(inner_pad) = 64),
  outer_pad bytea not null check (octet_length(outer_pad) = 64)
);
revoke all on app_sec.context_key from public;

create function app_sec.mac(key_slot smallint, message text) returns text
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select encode(sha256(outer_pad || sha256(inner_pad || convert_to(message, 'utf8'))), 'hex')
  from app_sec.context_key where slot = key_slot
$$;
revoke all on function app_sec.mac(smallint, text) from public;

-- The migrator stores the key of 32 bytes (or the new one: the old stays valid in slot 2).
create function app_sec.set_context_key(key bytea) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  i int;
  byte int;
  v_inner bytea := decode(repeat('36', 64), 'hex');
  v_outer bytea := decode(repeat('5c', 64), 'hex');
begin
  if octet_length(key) <> 32 then raise exception 'the context key must have 32 bytes'; end if;
  for i in 0..31 loop
    byte := get_byte(key, i);
    v_inner := set_byte(v_inner, i, byte # 54);
    v_outer := set_byte(v_outer, i, byte # 92);
  end loop;
  if exists (select 1 from app_sec.context_key k where k.slot = 1 and k.inner_pad = v_inner) then
    return;
  end if;
  delete from app_sec.context_key where slot = 2;
  update app_sec.context_key set slot = 2 where slot = 1;
  insert into app_sec.context_key values (1, v_inner, v_outer);
end $$;
revoke all on function app_sec.set_context_key(bytea) from public;
grant usage on schema app_sec to holdfast_owner;
reset role;

-- Functions in app that read the seal belong to sec_owner.
grant create on schema app to sec_owner;
set role sec_owner;
create function app.context_part(part int) returns text
language plpgsql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
declare
  parts text[] := string_to_array(current_setting('app.ctx', true), '|');
  sealed text;
begin
  if parts is null or array_length(parts, 1) is distinct from 6 then return null; end if;
  if parts[5] !~ '^[0-9]{1,12}$' or parts[5]::bigint < extract(epoch from now()) then return null; end if;
  sealed := parts[1] || '|' || parts[2] || '|' || parts[3] || '|' || parts[4] || '|' || parts[5] || '|' || pg_backend_pid();
  if parts[6] is distinct from app_sec.mac(1::smallint, sealed)
    and parts[6] is distinct from app_sec.mac(2::smallint, sealed) then
    return null;
  end if;
  return nullif(parts[part], '');
end $$;

/* The MSP of the sealed context, or null: then no row of any tenant is visible. */
create function app.msp_id() returns uuid
language sql stable parallel safe as $$ select app.context_part(1)::uuid $$;

/* Whether a client is in the context's scope: '*' for all, else a list. The seal is checked by app.msp_id(). */
create function app.client_ok(client uuid) returns boolean
language sql stable parallel safe as $$
  select split_part(current_setting('app.ctx', true), '|', 2) = '*'
      or client = any (string_to_array(nullif(split_part(current_setting('app.ctx', true), '|', 2), '*'), ',')::uuid[])
$$;
revoke all on function app.context_part(int) from public;
grant execute on function app.context_part(int), app.msp_id(), app.client_ok(uuid)
  to holdfast_owner, audit_owner, holdfast_web, holdfast_worker, holdfast_ingest;
reset role;
revoke create on schema app from sec_owner;

-- Tenant tables ----------------------------------------------------------------------------------------------------
set role holdfast_owner;

create table app.msp (
  msp_id uuid primary key,
  name text not null check (length(name) between 1 and 200),
  time_zone text not null,
  created_at timestamptz not null default now()
);

create table app.client (
  msp_id uuid not null references app.msp,
  client_id uuid not null,
  name text not null check (length(name) between 1 and 200),
  time_zone text not null,
  day_start_hour int not null default 0 check (day_start_hour between 0 and 23),
  created_at timestamptz not null default now(),
  archived_at timestamptz,
  primary key (msp_id, client_id),
  unique (msp_id, name)
);

create table app.site (
  msp_id uuid not null references app.msp,
  site_id uuid not null,
  client_id uuid,                                        -- null: the MSP's own, or a provider's
  owner_kind text not null check (owner_kind in ('client', 'msp', 'provider')),
  name text not null check (length(name) between 1 and 200),
  time_zone text not null,
  country text check (country ~ '^[A-Z]{2}$'),
  latitude float8 check (latitude between -90 and 90),
  longitude float8 check (longitude between -180 and 180),
  created_at timestamptz not null default now(),
  primary key (msp_id, site_id),
  unique nulls not distinct (msp_id, client_id, name),
  foreign key (msp_id, client_id) references app.client,
  check ((owner_kind = 'client') = (client_id is not null))
);

create table app.system (
  msp_id uuid not null references app.msp,
  system_id uuid not null,
  client_id uuid not null,
  site_id uuid,
  name text not null check (length(name) between 1 and 200),
  host_key text not null check (length(host_key) between 1 and 200),
  kind text not null check (kind in ('server', 'workstation', 'vm', 'database', 'nas', 'saas')),
  created_at timestamptz not null default now(),
  last_seen_at timestamptz,
  archived_at timestamptz,
  primary key (msp_id, system_id),
  unique (msp_id, client_id, host_key),
  foreign key (msp_id, client_id) references app.client,
  foreign key (msp_id, site_id) references app.site
);

create table app.data_set (
  msp_id uuid not null references app.msp,
  data_set_id uuid not null,
  client_id uuid not null,
  system_id uuid not null,
  name text not null check (length(name) between 1 and 500),
  capture text not null check (capture in ('files', 'image', 'database', 'mailboxes')),
  sources text[] not null default '{}',
  created_at timestamptz not null default now(),
  archived_at timestamptz,
  primary key (msp_id, data_set_id),
  foreign key (msp_id, client_id) references app.client,
  foreign key (msp_id, system_id) references app.system
);
create index data_set_by_system on app.data_set (msp_id, system_id);

create table app.agent (
  msp_id uuid not null references app.msp,
  agent_id uuid not null,
  client_id uuid,                                        -- null: the MSP's own
  name text not null check (length(name) between 1 and 200),
  hostname text not null check (length(hostname) between 1 and 200),
  os text check (length(os) <= 200),
  version text not null check (length(version) <= 50),
  enrolled_at timestamptz not null default now(),
  revoked_at timestamptz,
  last_seen_at timestamptz,
  clock_skew_ms bigint,
  primary key (msp_id, agent_id),
  foreign key (msp_id, client_id) references app.client
);

-- Which sequence numbers of a stream have arrived: exactly once, and missing ones are gaps between the ranges.
create table app.agent_stream (
  msp_id uuid not null references app.msp,
  agent_id uuid not null,
  epoch uuid not null,
  client_id uuid,
  seen int8multirange not null default '{}',
  last_received_at timestamptz not null,
  primary key (msp_id, agent_id, epoch),
  foreign key (msp_id, agent_id) references app.agent
);

-- The exact bytes as received; never updated by the application.
create table app.raw_report (
  msp_id uuid not null references app.msp,
  raw_report_id uuid not null,
  client_id uuid,
  agent_id uuid not null,
  epoch uuid not null,
  sequence bigint not null check (sequence > 0),
  received_at timestamptz not null,
  sent_at timestamptz not null,
  content_encoding text not null check (content_encoding in ('identity', 'gzip')),
  body bytea not null check (octet_length(body) <= 1048576),
  body_sha256 bytea not null check (octet_length(body_sha256) = 32),
  signature bytea not null,
  primary key (msp_id, raw_report_id),
  unique (msp_id, agent_id, epoch, sequence),
  foreign key (msp_id, agent_id) references app.agent
);
create index raw_report_by_time on app.raw_report (msp_id, received_at desc, client_id);

-- One row a raw report: what became of it.
create table app.inbox (
  msp_id uuid not null references app.msp,
  raw_report_id uuid not null,
  client_id uuid,
  received_at timestamptz not null,
  state text not null default 'pending' check (state in ('pending', 'processed', 'quarantined')),
  attempts int not null default 0,
  next_try_at timestamptz,
  finished_at timestamptz,
  reason text check (length(reason) <= 2000),
  primary key (msp_id, raw_report_id),
  foreign key (msp_id, raw_report_id) references app.raw_report
);
create index inbox_pending on app.inbox (msp_id, received_at) where state = 'pending';

create table app.repository (
  msp_id uuid not null references app.msp,
  repository_id uuid not null,
  client_id uuid,                                        -- null: the MSP's own
  repository_key text not null check (length(repository_key) between 1 and 200),
  tool text not null check (length(tool) <= 200),
  name text not null check (length(name) between 1 and 200),
  location text not null check (length(location) <= 2000),
  location_kind text not null,
  host_system_id uuid,                                   -- for a local path: the system whose disk it is
  media text check (media in ('disk', 'nas', 'removable', 'tape', 'optical', 'object-storage', 'cloud-service')),
  media_source text check (media_source in ('tool-reported', 'probed', 'inferred')),
  media_evidence text,
  is_encrypted boolean,
  encryption_mode text,
  immutability_kind text,
  immutability_until timestamptz,
  immutability_source text check (immutability_source in ('tool-reported', 'probed', 'inferred')),
  is_deduplicating boolean not null default true,
  capacity_total_bytes bigint,
  capacity_used_bytes bigint,
  capacity_free_bytes bigint,
  capacity_measured_at timestamptz,
  stored_bytes bigint,
  attributes_report_id uuid,                             -- the report that last described it
  last_attempt_at timestamptz,
  last_attempt_report_id uuid,
  last_problem_code text,
  last_problem_message text,
  last_listing_at timestamptz,
  last_listing_report_id uuid,
  created_at timestamptz not null default now(),
  primary key (msp_id, repository_id),
  unique nulls not distinct (msp_id, client_id, repository_key),
  foreign key (msp_id, client_id) references app.client,
  foreign key (msp_id, host_system_id) references app.system,
  foreign key (msp_id, attributes_report_id) references app.raw_report,
  foreign key (msp_id, last_attempt_report_id) references app.raw_report,
  foreign key (msp_id, last_listing_report_id) references app.raw_report
);

-- What a named person says, until when. Never changed: withdrawn, and said anew.
create table app.declaration (
  msp_id uuid not null references app.msp,
  declaration_id uuid not null,
  client_id uuid,
  repository_id uuid,
  system_id uuid,
  attribute text not null
    check (attribute in ('media', 'site', 'failure-domain', 'immutability', 'taken-out', 'brought-back')),
  value jsonb not null,
  reason text not null check (length(reason) between 1 and 2000),
  declared_by uuid not null,
  declared_by_name text not null,
  declared_at timestamptz not null,
  valid_until timestamptz,
  withdrawn_at timestamptz,
  withdrawn_by uuid,
  primary key (msp_id, declaration_id),
  foreign key (msp_id, client_id) references app.client,
  foreign key (msp_id, repository_id) references app.repository,
  foreign key (msp_id, system_id) references app.system,
  check (num_nonnulls(repository_id, system_id) = 1)
);
create index declaration_by_repository on app.declaration (msp_id, repository_id) where withdrawn_at is null;
create index declaration_by_system on app.declaration (msp_id, system_id) where withdrawn_at is null;

create table app.job (
  msp_id uuid not null references app.msp,
  job_id uuid not null,
  client_id uuid not null,
  system_id uuid not null,
  data_set_id uuid,
  repository_id uuid,
  agent_id uuid,
  job_key text not null check (length(job_key) between 1 and 200),
  name text not null check (length(name) between 1 and 500),
  tool text not null check (length(tool) <= 200),
  kind text not null,
  created_at timestamptz not null default now(),
  primary key (msp_id, job_id),
  unique (msp_id, system_id, job_key),
  foreign key (msp_id, client_id) references app.client,
  foreign key (msp_id, system_id) references app.system,
  foreign key (msp_id, data_set_id) references app.data_set,
  foreign key (msp_id, repository_id) references app.repository,
  foreign key (msp_id, agent_id) references app.agent
);
create index job_by_data_set on app.job (msp_id, data_set_id);

-- occurred_at is set by the first report of a run and never moved.
create table app.run (
  msp_id uuid not null references app.msp,
  occurred_at timestamptz not null,
  run_id uuid not null,
  client_id uuid not null,
  system_id uuid not null,
  job_id uuid not null,
  run_key text not null check (length(run_key) between 1 and 200),
  kind text not null,
  status text not null
    check (status in ('success', 'warning', 'failed', 'missed', 'cancelled', 'running', 'unknown')),
  is_partial boolean not null default false,
  trust text not null check (trust in ('signed', 'token', 'verified_mail', 'unverified', 'declared')),
  time_quality text not null check (time_quality in ('exact', 'assumed_zone', 'received_at')),
  started_at timestamptz,
  ended_at timestamptz,
  duration_seconds float8,
  source_bytes bigint,
  read_bytes bigint,
  transferred_bytes bigint,
  stored_bytes bigint,
  files_total bigint,
  files_failed bigint,
  errors int,
  warnings int,
  exit_code int,
  error_code text,
  message text check (length(message) <= 2000),
  missing_sources text[] not null default '{}',
  raw_report_id uuid not null,
  primary key (msp_id, occurred_at, run_id),
  foreign key (msp_id, job_id) references app.job,
  foreign key (msp_id, raw_report_id) references app.raw_report
) partition by range (occurred_at);
create index run_by_job on app.run (msp_id, job_id, occurred_at desc, client_id);
create index run_by_system on app.run (msp_id, system_id, occurred_at desc, client_id);

-- The unique key of a run: a key of the partitioned table would have to hold the time.
create table app.run_identity (
  msp_id uuid not null references app.msp,
  job_id uuid not null,
  run_key text not null check (length(run_key) between 1 and 200),
  client_id uuid not null,
  occurred_at timestamptz not null,
  run_id uuid not null,
  primary key (msp_id, job_id, run_key),
  foreign key (msp_id, job_id) references app.job
);

create table app.recovery_point (
  msp_id uuid not null references app.msp,
  point_id uuid not null,
  client_id uuid not null,
  system_id uuid not null,
  data_set_id uuid not null,
  repository_id uuid not null,
  job_id uuid,
  point_key text not null check (length(point_key) between 1 and 200),
  taken_at timestamptz not null,
  completed_at timestamptz,
  is_backdated boolean not null default false,
  first_seen_at timestamptz not null,
  vanished_at timestamptz,                               -- the complete listing that no longer had it
  state text not null check (state in ('complete', 'partial', 'incomplete', 'waiting', 'corrupt', 'unknown')),
  outcome text not null check (outcome in ('success', 'warning', 'failed', 'cancelled', 'not-seen', 'claimed')),
  capture text check (capture in ('files', 'image', 'database', 'mailboxes')),
  sources text[] not null default '{}',
  logical_bytes bigint,
  stored_bytes bigint,
  files_total bigint,
  immutable_until timestamptz,
  raw_report_id uuid not null,                           -- the report that last said something of it
  primary key (msp_id, point_id),
  unique (msp_id, repository_id, point_key),
  foreign key (msp_id, client_id) references app.client,
  foreign key (msp_id, system_id) references app.system,
  foreign key (msp_id, data_set_id) references app.data_set,
  foreign key (msp_id, repository_id) references app.repository,
  foreign key (msp_id, job_id) references app.job,
  foreign key (msp_id, raw_report_id) references app.raw_report
);
create index recovery_point_by_data_set on app.recovery_point (msp_id, data_set_id, taken_at desc, client_id);
create index recovery_point_present on app.recovery_point (msp_id, repository_id, client_id)
  where vanished_at is null;

create table app.verification (
  msp_id uuid not null references app.msp,
  verification_id uuid not null,
  client_id uuid,
  repository_id uuid not null,
  verification_key text not null check (length(verification_key) between 1 and 200),
  depth text not null check (depth in ('structure', 'data-subset', 'data')),
  result text not null check (result in ('ok', 'problems', 'error')),
  coverage_percent float8,
  started_at timestamptz,
  ended_at timestamptz not null,
  errors int,
  damaged text[] not null default '{}',
  exit_code int,
  message text check (length(message) <= 2000),
  raw_report_id uuid not null,
  primary key (msp_id, verification_id),
  unique (msp_id, repository_id, verification_key),
  foreign key (msp_id, repository_id) references app.repository,
  foreign key (msp_id, raw_report_id) references app.raw_report
);

create table app.restore_test (
  msp_id uuid not null references app.msp,
  restore_test_id uuid not null,
  client_id uuid not null,
  repository_id uuid not null,
  point_id uuid not null,
  test_key text not null check (length(test_key) between 1 and 200),
  level text not null check (level in ('L1', 'L2', 'L3', 'L4', 'L5')),
  result text not null check (result in ('passed', 'failed', 'error', 'skipped')),
  method text not null,
  started_at timestamptz not null,
  ended_at timestamptz not null,
  detail jsonb not null,
  raw_report_id uuid not null,
  primary key (msp_id, restore_test_id),
  unique (msp_id, repository_id, test_key),
  foreign key (msp_id, client_id) references app.client,
  foreign key (msp_id, point_id) references app.recovery_point,
  foreign key (msp_id, repository_id) references app.repository,
  foreign key (msp_id, raw_report_id) references app.raw_report
);
create index restore_test_by_point on app.restore_test (msp_id, point_id);

-- Versions are never changed; client_id null is the MSP's default, which a client may override.
create table app.policy_version (
  msp_id uuid not null references app.msp,
  policy_version_id uuid not null,
  client_id uuid,
  version int not null check (version > 0),
  policy jsonb not null,
  note text check (length(note) <= 2000),
  created_at timestamptz not null,
  created_by uuid,
  primary key (msp_id, policy_version_id),
  unique nulls not distinct (msp_id, client_id, version),
  foreign key (msp_id, client_id) references app.client
);

create table app.verdict (
  msp_id uuid not null references app.msp,
  data_set_id uuid not null,
  client_id uuid not null,
  system_id uuid not null,
  policy_version_id uuid not null,
  status text not null check (status in ('non-compliant', 'unknown', 'at-risk', 'compliant')),
  evaluated_at timestamptz not null,
  fails_at timestamptz,
  changes_at timestamptz,
  verdict jsonb not null,
  primary key (msp_id, data_set_id),
  foreign key (msp_id, data_set_id) references app.data_set,
  foreign key (msp_id, system_id) references app.system,
  foreign key (msp_id, policy_version_id) references app.policy_version
);
create index verdict_by_system on app.verdict (msp_id, system_id, client_id);

-- One row a system: its worst data set, and when to look again. dirty_at: a new fact waits to be evaluated.
create table app.system_status (
  msp_id uuid not null references app.msp,
  system_id uuid not null,
  client_id uuid not null,
  status text not null check (status in ('non-compliant', 'unknown', 'at-risk', 'compliant')),
  since timestamptz not null,
  evaluated_at timestamptz not null,
  changes_at timestamptz,
  dirty_at timestamptz,
  primary key (msp_id, system_id),
  foreign key (msp_id, client_id) references app.client,
  foreign key (msp_id, system_id) references app.system
);
create index system_status_due on app.system_status (msp_id, changes_at, client_id) where changes_at is not null;
create index system_status_dirty on app.system_status (msp_id, dirty_at, client_id) where dirty_at is not null;
create index system_status_by_client on app.system_status (msp_id, client_id, status);

create table app.status_change (
  msp_id uuid not null references app.msp,
  system_id uuid not null,
  at timestamptz not null,
  client_id uuid not null,
  from_status text check (from_status in ('non-compliant', 'unknown', 'at-risk', 'compliant')),
  to_status text not null check (to_status in ('non-compliant', 'unknown', 'at-risk', 'compliant')),
  reasons jsonb not null,
  primary key (msp_id, system_id, at),
  foreign key (msp_id, system_id) references app.system
);
create index status_change_by_time on app.status_change (msp_id, at desc, client_id);

create table app.finding (
  msp_id uuid not null references app.msp,
  finding_id uuid not null,
  client_id uuid not null,
  system_id uuid not null,
  data_set_id uuid not null,
  rule text not null,
  subject_kind text not null check (subject_kind in ('data-set', 'repository', 'job')),
  subject_id uuid not null,
  subject_name text not null,
  cause_key text not null,
  severity text not null check (severity in ('critical', 'warning', 'note')),
  since timestamptz not null,
  opened_at timestamptz not null,
  closed_at timestamptz,
  detail jsonb not null,
  raw_report_id uuid,
  primary key (msp_id, finding_id),
  foreign key (msp_id, system_id) references app.system,
  foreign key (msp_id, data_set_id) references app.data_set,
  foreign key (msp_id, raw_report_id) references app.raw_report
);
create unique index finding_open on app.finding (msp_id, data_set_id, rule, subject_id) where closed_at is null;
create index finding_open_by_client on app.finding (msp_id, client_id, system_id) where closed_at is null;

-- Hints for workers, without customer data: which MSP has work of a kind. Exempt from row security by name.
create table app.work_due (
  msp_id uuid not null,
  kind text not null check (kind in ('inbox', 'evaluation')),
  due_at timestamptz not null,
  primary key (msp_id, kind)
);
create index work_due_by_time on app.work_due (due_at);

-- Row security: one permissive policy a table ----------------------------------------------------------------------
do $$
declare t text;
begin
  execute 'alter table app.msp enable row level security';
  execute 'alter table app.msp force row level security';
  execute 'create policy tenant on app.msp using (msp_id = app.msp_id()) with check (msp_id = app.msp_id())';
  foreach t in array array['client', 'site', 'system', 'data_set', 'agent', 'agent_stream', 'raw_report', 'inbox',
    'repository', 'declaration', 'job', 'run', 'run_identity', 'recovery_point', 'verification', 'restore_test',
    'policy_version', 'verdict', 'system_status', 'status_change', 'finding'] loop
    execute format('alter table app.%I enable row level security', t);
    execute format('alter table app.%I force row level security', t);
    execute format('create policy tenant on app.%I using (msp_id = app.msp_id() and app.client_ok(client_id))
      with check (msp_id = app.msp_id() and app.client_ok(client_id))', t);
  end loop;
end $$;

-- Partitions of runs: row security is not inherited, so the factory sets it; nobody may reach a partition directly.
create function app.make_run_partition(month date) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  first date := date_trunc('month', month)::date;
  name text := 'run_' || to_char(first, 'YYYY_MM');
begin
  if to_regclass('app.' || name) is not null then return; end if;
  execute format('create table app.%I partition of app.run for values from (%L) to (%L)', name,
    to_char(first, 'YYYY-MM-DD') || ' 00:00:00+00', to_char(first + interval '1 month', 'YYYY-MM-DD') || ' 00:00:00+00');
  execute format('alter table app.%I enable row level security', name);
  execute format('alter table app.%I force row level security', name);
  execute format('create policy tenant on app.%I using (msp_id = app.msp_id() and app.client_ok(client_id))
    with check (msp_id = app.msp_id() and app.client_ok(client_id))', name);
  execute format('revoke all on app.%I from public, holdfast_web, holdfast_worker, holdfast_ingest', name);
end $$;
revoke all on function app.make_run_partition(date) from public;

-- Months −14 … +3 exist after migrating; the worker asks for more each day.
create function app.ensure_run_partitions() returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare m int;
begin
  perform pg_advisory_xact_lock(7261124);
  for m in -14..3 loop
    perform app.make_run_partition((date_trunc('month', now() at time zone 'UTC') + make_interval(months => m))::date);
  end loop;
end $$;
revoke all on function app.ensure_run_partitions() from public;
grant execute on function app.ensure_run_partitions() to holdfast_worker;
select app.ensure_run_partitions();

-- Grants by name. Nobody deletes tenant rows; nobody updates what was received or said.
grant select on app.msp, app.client, app.site, app.system, app.data_set, app.agent, app.agent_stream, app.raw_report, app.inbox,
  app.repository, app.declaration, app.job, app.run, app.run_identity, app.recovery_point, app.verification,
  app.restore_test, app.policy_version, app.verdict, app.system_status, app.status_change, app.finding
  to holdfast_web, holdfast_worker;
grant insert on app.client, app.site, app.system, app.declaration, app.policy_version to holdfast_web;
grant update on app.client, app.site, app.system, app.data_set to holdfast_web;
grant update (withdrawn_at, withdrawn_by) on app.declaration to holdfast_web;
grant update (revoked_at, name) on app.agent to holdfast_web;
grant update (name) on app.repository to holdfast_web;
grant update (dirty_at) on app.system_status to holdfast_web;
grant insert on app.msp, app.client, app.site, app.policy_version to holdfast_worker;
grant insert, update on app.system, app.data_set, app.repository, app.job, app.run, app.run_identity, app.recovery_point,
  app.verification, app.restore_test, app.verdict, app.system_status, app.finding to holdfast_worker;
grant insert on app.status_change, app.declaration to holdfast_worker;
grant update (state, attempts, next_try_at, finished_at, reason) on app.inbox to holdfast_worker;
grant update (last_seen_at, clock_skew_ms, version, os, hostname) on app.agent to holdfast_worker;
grant select, insert, update, delete on app.work_due to holdfast_worker;
grant select, insert, update on app.work_due to holdfast_web, holdfast_ingest;
grant select, insert on app.raw_report, app.inbox to holdfast_ingest;
grant select, insert, update on app.agent_stream to holdfast_ingest;
grant select, insert on app.agent to holdfast_ingest;
grant update (last_seen_at, clock_skew_ms, version) on app.agent to holdfast_ingest;
grant select on app.msp, app.client to holdfast_ingest;

-- Identity plane: looked up before the tenant is known. No table rights for app roles; definer functions only. -------
create table identity.person (
  person_id uuid primary key,
  email text not null unique check (email = lower(email) and length(email) <= 254),
  name text not null check (length(name) between 1 and 200),
  password_hash text not null,
  totp_secret bytea,                                     -- AES-256-GCM by the application; null: not set up
  totp_last_step bigint not null default 0,
  failed_attempts int not null default 0,
  locked_until timestamptz,
  created_at timestamptz not null default now()
);

create table identity.membership (
  msp_id uuid not null,
  person_id uuid not null references identity.person,
  role text not null check (role in ('owner', 'admin', 'technician', 'read-only')),
  created_at timestamptz not null default now(),
  revoked_at timestamptz,
  primary key (msp_id, person_id)
);
create index membership_by_person on identity.membership (person_id);

create table identity.user_session (
  session_id uuid primary key,
  person_id uuid not null references identity.person,
  msp_id uuid not null,
  aal smallint not null check (aal in (1, 2)),
  created_at timestamptz not null default now(),
  last_seen_at timestamptz not null default now(),
  expires_at timestamptz not null,
  revoked_at timestamptz,
  user_agent text check (length(user_agent) <= 300),
  address inet
);
create index user_session_by_person on identity.user_session (person_id);

create table identity.agent_key (
  agent_id uuid primary key,
  msp_id uuid not null,
  client_id uuid,
  public_key bytea not null,
  created_at timestamptz not null default now(),
  revoked_at timestamptz
);

create table identity.enrolment_token (
  token_hash bytea primary key check (octet_length(token_hash) = 32),
  msp_id uuid not null,
  client_id uuid,
  created_by uuid,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  spent_at timestamptz,
  agent_id uuid
);

create table identity.setup_code (
  singleton boolean primary key default true check (singleton),
  code_hash bytea not null check (octet_length(code_hash) = 32),
  created_at timestamptz not null default now(),
  used_at timestamptz
);
reset role;

-- Audit: a linear hash chain per MSP -------------------------------------------------------------------------------
set role audit_owner;
create table audit.head (
  msp_id uuid primary key,
  seq bigint not null,
  hash bytea not null check (octet_length(hash) = 32)
);
create table audit.event (
  msp_id uuid not null,
  seq bigint not null,
  body text not null,                                    -- the exact bytes that were hashed
  hash bytea not null check (octet_length(hash) = 32),
  at timestamptz not null,                               -- copies of parts of the body, for search
  action text not null,
  client_id uuid,
  actor_id uuid,
  primary key (msp_id, seq)
);
create index event_by_time on audit.event (msp_id, at desc, client_id);
create table audit.event_private (
  msp_id uuid not null,
  seq bigint not null,
  field text not null,
  client_id uuid,
  salt bytea not null,
  value text not null,
  primary key (msp_id, seq, field),
  foreign key (msp_id, seq) references audit.event
);
-- The instance's own chain takes identity events (sign-in, set-up), which belong to no MSP.
create table audit.instance_event (
  seq bigint primary key,
  body text not null,
  hash bytea not null check (octet_length(hash) = 32),
  at timestamptz not null,
  action text not null,
  actor_id uuid
);

alter table audit.head enable row level security;
alter table audit.head force row level security;
create policy tenant on audit.head using (msp_id = app.msp_id()) with check (msp_id = app.msp_id());
alter table audit.event enable row level security;
alter table audit.event force row level security;
create policy tenant on audit.event using (msp_id = app.msp_id() and app.client_ok(client_id))
  with check (msp_id = app.msp_id() and app.client_ok(client_id));
alter table audit.event_private enable row level security;
alter table audit.event_private force row level security;
create policy tenant on audit.event_private using (msp_id = app.msp_id() and app.client_ok(client_id))
  with check (msp_id = app.msp_id() and app.client_ok(client_id));
grant select on audit.event, audit.event_private to holdfast_web, holdfast_worker;

/*
 * Appends an event to the chain of the context's MSP; tenant and actor come from the sealed context. Call it last in
 * the business transaction: the head row stays locked until commit, so the order of events is the order of commits
 * and a roll-back leaves no gap. Private values are committed to with a salt and can be erased later. Returns seq.
 */
create function audit.append(p_action text, p_client uuid, p_target jsonb, p_details jsonb, p_private jsonb default null)
returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_msp uuid := app.msp_id();
  v_seq bigint;
  v_prev bytea;
  v_at timestamptz := clock_timestamp();
  v_actor jsonb;
  v_commitments jsonb := '{}';
  v_body text;
  v_hash bytea;
  v_salts jsonb := '{}';
  v_salt bytea;
  f record;
begin
  if v_msp is null then raise exception 'no sealed context' using errcode = '42501'; end if;
  if p_action is null or p_action !~ '^[a-z0-9-]+\.[a-z0-9-]+$' then raise exception 'bad action %', p_action; end if;
  v_actor := jsonb_build_object('id', app.context_part(3), 'role', app.context_part(4));
  for f in select key, value from jsonb_each_text(coalesce(p_private, '{}'::jsonb)) loop
    v_salt := uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid());
    v_salt := sha256(v_salt || uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()));
    v_salts := v_salts || jsonb_build_object(f.key, encode(v_salt, 'hex'));
    v_commitments := v_commitments || jsonb_build_object(f.key, encode(sha256(v_salt || convert_to(f.value, 'utf8')), 'hex'));
  end loop;
  insert into audit.head values (v_msp, 0, sha256(convert_to('genesis:' || v_msp::text, 'utf8'))) on conflict do nothing;
  select seq, hash into v_seq, v_prev from audit.head where msp_id = v_msp for update;
  v_seq := v_seq + 1;
  v_body := jsonb_build_object('v', 1, 'msp', v_msp, 'seq', v_seq,
    'at', to_char(v_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
    'actor', v_actor, 'action', p_action, 'client', p_client, 'target', p_target, 'details', p_details,
    'private', v_commitments, 'prev', encode(v_prev, 'hex'))::text;
  v_hash := sha256(convert_to(v_body, 'utf8'));
  insert into audit.event values (v_msp, v_seq, v_body, v_hash, v_at, p_action, p_client,
    case when v_actor ->> 'id' ~ '^[0-9a-f-]{36}$' then (v_actor ->> 'id')::uuid end);
  insert into audit.event_private
    select v_msp, v_seq, key, p_client, decode(v_salts ->> key, 'hex'), value
    from jsonb_each_text(coalesce(p_private, '{}'::jsonb));
  update audit.head set seq = v_seq, hash = v_hash where msp_id = v_msp;
  return v_seq;
end $$;
revoke all on function audit.append(text, uuid, jsonb, jsonb, jsonb) from public;
grant execute on function audit.append(text, uuid, jsonb, jsonb, jsonb) to holdfast_web, holdfast_worker, holdfast_ingest;

/* Appends to the instance's own chain. Only the identity plane's functions call it. */
create function audit.append_instance(p_action text, p_actor uuid, p_details jsonb) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_seq bigint;
  v_prev bytea;
  v_at timestamptz := clock_timestamp();
  v_body text;
begin
  perform pg_advisory_xact_lock(7261125);
  select seq, hash into v_seq, v_prev from audit.instance_event order by seq desc limit 1;
  v_seq := coalesce(v_seq, 0) + 1;
  v_prev := coalesce(v_prev, sha256(convert_to('genesis:instance', 'utf8')));
  v_body := jsonb_build_object('v', 1, 'seq', v_seq,
    'at', to_char(v_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
    'actor', p_actor, 'action', p_action, 'details', p_details, 'prev', encode(v_prev, 'hex'))::text;
  insert into audit.instance_event values (v_seq, v_body, sha256(convert_to(v_body, 'utf8')), v_at, p_action, p_actor);
  return v_seq;
end $$;
revoke all on function audit.append_instance(text, uuid, jsonb) from public;
grant usage on schema audit to holdfast_owner;
grant execute on function audit.append_instance(text, uuid, jsonb) to holdfast_owner;
reset role;
