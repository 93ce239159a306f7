-- Up to when an agent has told what happened: a report that was kept while nobody could be reached says nothing of later.
set role holdfast_owner;

create table app.agent_told (
  msp_id uuid not null references app.msp,
  agent_id uuid not null,
  client_id uuid,
  told_to timestamptz not null,
  primary key (msp_id, agent_id),
  foreign key (msp_id, agent_id) references app.agent,
  foreign key (msp_id, client_id) references app.client
);

alter table app.agent_told enable row level security;
alter table app.agent_told force row level security;
create policy tenant on app.agent_told using (msp_id = app.msp_id() and app.client_ok(client_id))
  with check (msp_id = app.msp_id() and app.client_ok(client_id));
grant select on app.agent_told to holdfast_web, holdfast_worker;
grant insert, update on app.agent_told to holdfast_worker;
reset role;
