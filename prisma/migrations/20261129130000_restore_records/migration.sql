-- Restore-test records: what an auditor gets of one test. A record, what is said of it later, and its attachments are only ever
-- added. None of them refers to a system, client or person: evidence outlives what it speaks of.
set role holdfast_owner;

create table app.restore_record (
  msp_id uuid not null references app.msp,
  record_id uuid not null,
  client_id uuid not null,
  system_id uuid not null,
  repository_id uuid not null,
  restore_test_id uuid,                                  -- the reported test that it was made of; null: a person's
  level text not null check (level in ('L0', 'L1', 'L2', 'L3', 'L4', 'L5')),
  result text not null check (result in ('passed', 'partial', 'failed', 'error', 'skipped')),
  performed_at timestamptz not null,                     -- when the test ended
  performer_kind text not null check (performer_kind in ('person', 'agent')),
  performer_id uuid not null,
  due_at timestamptz,
  body text not null check (length(body) between 2 and 500000), -- the record, as JSON with sorted keys
  sha256 bytea not null check (octet_length(sha256) = 32),      -- of the body's UTF-8 bytes
  keep_until timestamptz not null,
  made_at timestamptz not null,
  primary key (msp_id, record_id),
  unique (msp_id, record_id, performer_id)
);
create unique index restore_record_of_test on app.restore_record (msp_id, restore_test_id);
create index restore_record_by_time on app.restore_record (msp_id, performed_at desc, client_id);
create index restore_record_by_system on app.restore_record (msp_id, system_id, performed_at desc, client_id);

-- What was said of a record later. Nobody reviews what they did themselves.
create table app.restore_record_amendment (
  msp_id uuid not null references app.msp,
  amendment_id uuid not null,
  client_id uuid not null,
  record_id uuid not null,
  performer_id uuid not null,                            -- of the record
  kind text not null check (kind in ('review', 'correction')),
  by_id uuid not null,
  body text not null check (length(body) between 2 and 200000), -- the amendment, as JSON with sorted keys
  sha256 bytea not null check (octet_length(sha256) = 32),
  made_at timestamptz not null,
  primary key (msp_id, amendment_id),
  foreign key (msp_id, record_id, performer_id) references app.restore_record (msp_id, record_id, performer_id),
  check (kind <> 'review' or by_id <> performer_id)
);
create index restore_record_amendment_of on app.restore_record_amendment (msp_id, record_id, made_at, amendment_id);

create table app.restore_record_attachment (
  msp_id uuid not null references app.msp,
  attachment_id uuid not null,
  client_id uuid not null,
  record_id uuid not null,
  name text not null check (length(name) between 1 and 150),
  media_type text not null check (media_type in ('application/pdf', 'image/png', 'image/jpeg', 'text/plain', 'text/csv', 'application/json')),
  size_bytes int not null check (size_bytes between 1 and 4194304),
  sha256 bytea not null check (octet_length(sha256) = 32),
  content bytea not null,
  captured_at timestamptz,
  origin text check (length(origin) between 1 and 200),
  added_by uuid not null,
  added_at timestamptz not null,
  primary key (msp_id, attachment_id),
  foreign key (msp_id, record_id) references app.restore_record
);
create index restore_record_attachment_of on app.restore_record_attachment (msp_id, record_id);

-- How a record stands by all that was said of it: follows from the three above, kept so that lists can ask for it.
create table app.restore_record_standing (
  msp_id uuid not null references app.msp,
  record_id uuid not null,
  client_id uuid not null,
  system_id uuid not null,
  repository_id uuid not null,
  level text not null check (level in ('L0', 'L1', 'L2', 'L3', 'L4', 'L5')),
  result text not null check (result in ('passed', 'partial', 'failed', 'error', 'skipped')),
  performed_at timestamptz not null,
  review text not null check (review in ('awaiting', 'accepted', 'rejected')),
  failure text not null check (failure in ('none', 'open', 'closed')),
  retest_record_id uuid,
  changed_at timestamptz not null,
  primary key (msp_id, record_id),
  foreign key (msp_id, record_id) references app.restore_record
);
create index restore_record_standing_to_do on app.restore_record_standing (msp_id, performed_at desc, client_id)
  where review = 'awaiting' or failure = 'open';

-- Who makes the next restore test of a system. Planning, not evidence.
create table app.restore_test_assignment (
  msp_id uuid not null references app.msp,
  assignment_id uuid not null,
  client_id uuid not null,
  system_id uuid not null,
  person_id uuid not null,
  person_name text not null check (length(person_name) between 1 and 200),
  assigned_at timestamptz not null,
  assigned_by uuid not null,
  ended_at timestamptz,
  ended_by uuid,
  primary key (msp_id, assignment_id),
  foreign key (msp_id, client_id) references app.client,
  foreign key (msp_id, system_id) references app.system,
  check ((ended_at is null) = (ended_by is null))
);
create unique index restore_test_assignment_open on app.restore_test_assignment (msp_id, system_id) where ended_at is null;

-- What the verdict reads: a test that a report told of, or one that a person recorded and that counts.
alter table app.restore_test
  alter column raw_report_id drop not null,
  add column record_id uuid,
  add column known_at timestamptz,                       -- of a person's: since when it counts; null: since its report
  add column withdrawn_at timestamptz,                   -- a reviewer rejected its record, or it was corrected
  add column is_recorded boolean not null default false, -- whether the record was made that a report's test becomes
  add constraint restore_test_record_fkey foreign key (msp_id, record_id) references app.restore_record,
  add constraint restore_test_has_one_source
    check ((raw_report_id is null) = (record_id is not null) and (record_id is null) = (known_at is null));
create index restore_test_unrecorded on app.restore_test (msp_id, restore_test_id) where not is_recorded;
create index restore_test_by_record on app.restore_test (msp_id, record_id) where record_id is not null;

do $$
declare t text;
begin
  foreach t in array array['restore_record', 'restore_record_amendment', 'restore_record_attachment', 'restore_record_standing',
    'restore_test_assignment'] loop
    execute format('alter table app.%I enable row level security', t);
    execute format('alter table app.%I force row level security', t);
    execute format('create policy tenant on app.%I using (msp_id = app.msp_id() and app.client_ok(client_id))
      with check (msp_id = app.msp_id() and app.client_ok(client_id))', t);
  end loop;
end $$;
grant select, insert on app.restore_record, app.restore_record_amendment, app.restore_record_attachment
  to holdfast_web, holdfast_worker;
grant select, insert, update (level, result, performed_at, review, failure, retest_record_id, changed_at)
  on app.restore_record_standing to holdfast_web;
grant select, insert on app.restore_record_standing to holdfast_worker;
grant select, insert, update (ended_at, ended_by) on app.restore_test_assignment to holdfast_web;
grant select on app.restore_test_assignment to holdfast_worker;
grant insert, update (withdrawn_at) on app.restore_test to holdfast_web;
reset role;
