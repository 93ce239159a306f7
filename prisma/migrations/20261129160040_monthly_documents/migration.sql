-- The executive report that goes with the mails to a client's leaders: asked for once a month, however many get it.
set role holdfast_owner;

create table app.monthly_document (
  msp_id uuid not null references app.msp,
  client_id uuid not null,
  month text not null check (month ~ '^[0-9]{4}-[0-9]{2}$'),
  document_id uuid not null,
  asked_at timestamptz not null,                         -- the mails wait for it, but not for ever
  primary key (msp_id, client_id, month),
  foreign key (msp_id, client_id) references app.client,
  foreign key (msp_id, document_id) references app.document
);
alter table app.monthly_document enable row level security;
alter table app.monthly_document force row level security;
create policy tenant on app.monthly_document using (msp_id = app.msp_id() and app.client_ok(client_id))
  with check (msp_id = app.msp_id() and app.client_ok(client_id));
grant select, insert on app.monthly_document to holdfast_worker;

alter table app.work_due drop constraint work_due_kind_check,
  add constraint work_due_kind_check
  check (kind in ('inbox', 'evaluation', 'mail', 'telling', 'notification', 'ticket', 'document', 'report'));
reset role;
