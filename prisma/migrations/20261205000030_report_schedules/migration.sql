-- The executive report of a client's month, sent to people without an account on a day of each month.
set role holdfast_owner;

create table app.report_schedule (
  msp_id uuid not null references app.msp,
  schedule_id uuid not null,
  client_id uuid not null,
  recipients text[] not null check (cardinality(recipients) between 1 and 20),
  day_of_month int not null check (day_of_month between 1 and 28),
  note text not null check (length(note) <= 2000),
  link_days int not null check (link_days in (7, 30, 90)),
  created_at timestamptz not null,
  created_by uuid not null,
  created_by_name text not null,
  removed_at timestamptz,
  removed_by uuid,
  primary key (msp_id, schedule_id),
  foreign key (msp_id, client_id) references app.client
);

-- What was sent by it, a month once.
create table app.report_schedule_delivery (
  msp_id uuid not null references app.msp,
  schedule_id uuid not null,
  month text not null,                                   -- YYYY-MM
  client_id uuid not null,
  document_id uuid not null,
  sent_at timestamptz not null,
  primary key (msp_id, schedule_id, month),
  foreign key (msp_id, schedule_id) references app.report_schedule,
  foreign key (msp_id, client_id) references app.client,
  foreign key (msp_id, document_id) references app.document
);
do $$
declare t text;
begin
  foreach t in array array['report_schedule', 'report_schedule_delivery'] loop
    execute format('alter table app.%I enable row level security', t);
    execute format('alter table app.%I force row level security', t);
    execute format('create policy tenant on app.%I using (msp_id = app.msp_id() and app.client_ok(client_id))
      with check (msp_id = app.msp_id() and app.client_ok(client_id))', t);
  end loop;
end $$;
grant select, insert, update (removed_at), update (removed_by) on app.report_schedule to holdfast_web;
grant select on app.report_schedule_delivery to holdfast_web;
grant select on app.report_schedule to holdfast_worker;
grant select, insert on app.report_schedule_delivery to holdfast_worker;
grant execute on function identity.make_document_link(uuid, uuid, uuid, bytea, text, uuid, text, timestamptz) to holdfast_worker;
reset role;
