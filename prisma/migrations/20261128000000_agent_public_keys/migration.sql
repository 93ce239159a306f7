-- Every public key that an agent ever signed with. identity.agent_key holds the one that is taken now; what was signed with an
-- earlier one must stay checkable for as long as the report is kept.
set role holdfast_owner;

create table app.agent_public_key (
  msp_id uuid not null references app.msp,
  agent_id uuid not null,
  used_from timestamptz not null,
  client_id uuid,                                        -- null: the agent stands for the MSP's own machines
  public_key bytea not null check (octet_length(public_key) between 32 and 200), -- SubjectPublicKeyInfo, DER
  primary key (msp_id, agent_id, used_from),
  foreign key (msp_id, client_id) references app.client,
  foreign key (msp_id, agent_id) references app.agent
);
-- Before row security is forced: there is no context yet. Keys that were changed earlier are lost.
insert into app.agent_public_key (msp_id, agent_id, used_from, client_id, public_key)
  select msp_id, agent_id, created_at, client_id, public_key from identity.agent_key;
alter table app.agent_public_key enable row level security;
alter table app.agent_public_key force row level security;
create policy tenant on app.agent_public_key using (msp_id = app.msp_id() and app.client_ok(client_id))
  with check (msp_id = app.msp_id() and app.client_ok(client_id));
grant select on app.agent_public_key to holdfast_web;
grant insert on app.agent_public_key to holdfast_ingest;

reset role;
