-- Documents: what somebody asked for, how far it is, and the signed files. None of them refers to a client, system or person:
-- a document outlives what it speaks of, and nothing cascades into it.
set role holdfast_owner;

create table app.document (
  msp_id uuid not null references app.msp,
  document_id uuid not null,
  client_id uuid not null,
  client_name text not null check (length(client_name) between 1 and 500),
  kind text not null check (kind in ('executive-report', 'evidence-pack', 'restore-certificate')),
  request jsonb not null,                                -- what it is about: domain/report/document-request.ts
  state text not null check (state in ('waiting', 'rendering', 'ready', 'failed', 'cancelled')),
  progress int not null default 0 check (progress between 0 and 100),
  requested_by uuid,                                     -- null: Holdfast itself, by a schedule
  requested_by_name text not null check (length(requested_by_name) between 1 and 200),
  requested_at timestamptz not null,
  attempts int not null default 0 check (attempts >= 0),
  next_try_at timestamptz not null,                      -- of one that waits, or renders and was left by its worker
  finished_at timestamptz,                               -- ready, failed or cancelled
  problem text check (length(problem) between 1 and 500),
  title text check (length(title) between 1 and 1000),
  pages int check (pages >= 1),
  template_sha256 text check (length(template_sha256) = 64),
  compiler text check (length(compiler) between 1 and 100),
  font_sha256 jsonb,
  unsigned_sha256 bytea check (octet_length(unsigned_sha256) = 32), -- the first bytes of the signed file: the same facts give the same
  certificate_sha256 bytea check (octet_length(certificate_sha256) = 32),
  stamp_due_at timestamptz,                              -- when a time stamp is asked for; null: none is wanted, or it is there
  stamp_attempts int not null default 0 check (stamp_attempts >= 0),
  keep_until timestamptz not null,
  primary key (msp_id, document_id),
  check ((state in ('ready', 'failed', 'cancelled')) = (finished_at is not null)),
  check (state <> 'ready' or (title is not null and pages is not null and template_sha256 is not null and compiler is not null
    and font_sha256 is not null and unsigned_sha256 is not null and certificate_sha256 is not null))
);
create index document_by_time on app.document (msp_id, requested_at desc, document_id desc);
create index document_by_client on app.document (msp_id, client_id, requested_at desc, document_id desc);
create index document_to_do on app.document (msp_id, next_try_at, document_id) where state in ('waiting', 'rendering');
create index document_to_stamp on app.document (msp_id, stamp_due_at, document_id) where stamp_due_at is not null;

-- The files of a ready document: the signed PDF, the facts that it was made from, and the bundle for whoever checks it offline.
create table app.document_file (
  msp_id uuid not null references app.msp,
  document_id uuid not null,
  kind text not null check (kind in ('pdf', 'facts', 'bundle')),
  client_id uuid not null,                               -- its document's
  content bytea not null,
  sha256 bytea not null check (octet_length(sha256) = 32),
  size_bytes int not null check (size_bytes >= 1),
  primary key (msp_id, document_id, kind),
  foreign key (msp_id, document_id) references app.document
);

-- The look of an MSP's documents.
create table app.branding (
  msp_id uuid not null references app.msp,
  name text not null check (length(name) between 1 and 100),
  colour text not null default '#3f3fbf' check (colour ~ '^#[0-9a-f]{6}$'),
  logo_png bytea check (octet_length(logo_png) between 8 and 200000),
  changed_at timestamptz not null,
  changed_by uuid not null,
  primary key (msp_id)
);

do $$
declare t text;
begin
  foreach t in array array['document', 'document_file'] loop
    execute format('alter table app.%I enable row level security', t);
    execute format('alter table app.%I force row level security', t);
    execute format('create policy tenant on app.%I using (msp_id = app.msp_id() and app.client_ok(client_id))
      with check (msp_id = app.msp_id() and app.client_ok(client_id))', t);
  end loop;
  execute 'alter table app.branding enable row level security';
  execute 'alter table app.branding force row level security';
  execute 'create policy tenant on app.branding using (msp_id = app.msp_id()) with check (msp_id = app.msp_id())';
end $$;
grant select, insert, update (state, progress, attempts, next_try_at, finished_at, problem) on app.document to holdfast_web;
grant select, insert, update (state, progress, attempts, next_try_at, finished_at, problem, title, pages, template_sha256, compiler,
  font_sha256, unsigned_sha256, certificate_sha256, stamp_due_at, stamp_attempts) on app.document to holdfast_worker;
grant select on app.document_file to holdfast_web;
grant select, insert, update (content, sha256, size_bytes) on app.document_file to holdfast_worker;
grant select, insert, update (name, colour, logo_png, changed_at, changed_by) on app.branding to holdfast_web;
grant select on app.branding to holdfast_worker;

alter table app.work_due drop constraint work_due_kind_check,
  add constraint work_due_kind_check
  check (kind in ('inbox', 'evaluation', 'mail', 'telling', 'notification', 'ticket', 'document'));
reset role;
