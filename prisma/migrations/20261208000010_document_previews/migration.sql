-- What somebody wants to see before it is made, sent or saved: printed by the code that makes documents, seen by that person alone, and gone
-- within the hour. It is no document: nothing refers to it, and the evidence log knows nothing of it.
set role holdfast_owner;

create table app.document_preview (
  msp_id uuid not null references app.msp,
  preview_id uuid not null,
  client_id uuid not null,
  asked_by uuid not null,
  asked_at timestamptz not null,
  subject jsonb not null,                                -- domain/report/preview-subject.ts
  logo_png bytea check (octet_length(logo_png) between 8 and 200000),
  state text not null check (state in ('waiting', 'rendering', 'ready', 'failed')),
  progress int not null default 0 check (progress between 0 and 100),
  problem text check (length(problem) between 1 and 500),
  attempts int not null default 0 check (attempts >= 0),
  next_try_at timestamptz not null,
  pages int check (pages >= 1),
  pictures text[],                                       -- the first pages as SVG
  pdf bytea,
  expires_at timestamptz not null,
  primary key (msp_id, preview_id),
  check (state <> 'ready' or (pages is not null and pictures is not null and pdf is not null)),
  check ((state = 'failed') = (problem is not null))
);
create index document_preview_to_do on app.document_preview (msp_id, next_try_at, preview_id) where state in ('waiting', 'rendering');
create index document_preview_by_end on app.document_preview (msp_id, expires_at);

alter table app.document_preview enable row level security;
alter table app.document_preview force row level security;
create policy tenant on app.document_preview using (msp_id = app.msp_id() and app.client_ok(client_id))
  with check (msp_id = app.msp_id() and app.client_ok(client_id));
grant select, insert, delete on app.document_preview to holdfast_web;
grant select, delete, update (state, progress, problem, attempts, next_try_at, pages, pictures, pdf) on app.document_preview
  to holdfast_worker;
reset role;
