-- What MSPs chose of our own sections for their executive reports: named, in versions that are never changed. The standard template is in no row.
set role holdfast_owner;

create table app.report_template (
  msp_id uuid not null references app.msp,
  template_id uuid not null,
  name text not null check (length(name) between 1 and 100),
  version int not null check (version >= 1),             -- the newest one
  created_at timestamptz not null,
  created_by uuid not null,
  created_by_name text not null check (length(created_by_name) between 1 and 200),
  archived_at timestamptz,
  archived_by uuid,
  primary key (msp_id, template_id)
);
create unique index report_template_by_name on app.report_template (msp_id, lower(name)) where archived_at is null;

create table app.report_template_version (
  msp_id uuid not null references app.msp,
  template_id uuid not null,
  version int not null check (version >= 1),
  choices jsonb not null,                                -- domain/report/report-template.ts
  recipients text[] not null check (cardinality(recipients) <= 20),
  made_at timestamptz not null,
  made_by uuid not null,
  made_by_name text not null check (length(made_by_name) between 1 and 200),
  primary key (msp_id, template_id, version),
  foreign key (msp_id, template_id) references app.report_template
);

do $$
declare t text;
begin
  foreach t in array array['report_template', 'report_template_version'] loop
    execute format('alter table app.%I enable row level security', t);
    execute format('alter table app.%I force row level security', t);
    execute format('create policy tenant on app.%I using (msp_id = app.msp_id()) with check (msp_id = app.msp_id())', t);
  end loop;
end $$;
grant select, insert, update (name, version, archived_at, archived_by) on app.report_template to holdfast_web;
grant select on app.report_template to holdfast_worker;
grant select, insert on app.report_template_version to holdfast_web;
grant select on app.report_template_version to holdfast_worker;

-- Which template a schedule's reports are made with (null: the standard one), and the document that it asked for with it.
alter table app.report_schedule
  add column template_id uuid,
  add column asked_month text check (asked_month ~ '^[0-9]{4}-[0-9]{2}$'),
  add column asked_document_id uuid,
  add constraint report_schedule_template foreign key (msp_id, template_id) references app.report_template;
grant update (asked_month, asked_document_id) on app.report_schedule to holdfast_worker;
reset role;
