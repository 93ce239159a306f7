-- Sample data: clients that are invented, and the one way in which anything is ever removed. docs/decisions/first-hour.md.
set role holdfast_owner;

create table app.sample_client (
  msp_id uuid not null references app.msp,
  client_id uuid not null,
  added_at timestamptz not null,
  primary key (msp_id, client_id),
  foreign key (msp_id, client_id) references app.client
);
alter table app.sample_client enable row level security;
alter table app.sample_client force row level security;
create policy tenant on app.sample_client using (msp_id = app.msp_id() and app.client_ok(client_id))
  with check (msp_id = app.msp_id() and app.client_ok(client_id));
-- Nobody makes a client that is there a sample, and nobody makes a sample a client: the demo alone says so, as it makes it.
grant select on app.sample_client to holdfast_web;
grant select, insert on app.sample_client to holdfast_worker;

/*
 * What stays of a removed report: a day's seal is over the hashes of all its reports, so that those of other clients are proved only with
 * the hashes of these.
 */
create table app.removed_report (
  msp_id uuid not null references app.msp,
  raw_report_id uuid not null,
  received_at timestamptz not null,
  body_sha256 bytea not null check (octet_length(body_sha256) = 32),
  primary key (msp_id, raw_report_id)
);
create index removed_report_by_day on app.removed_report (msp_id, received_at);
alter table app.removed_report enable row level security;
alter table app.removed_report force row level security;
create policy tenant on app.removed_report using (msp_id = app.msp_id()) with check (msp_id = app.msp_id());
grant select on app.removed_report to holdfast_web, holdfast_worker;

/*
 * Removes the sample clients of the context's MSP with all that is theirs, for an owner; answers their ids. Which tables have a client_id,
 * the catalogue says; the audit chain is none of them and stays whole. Row security binds this function as it binds everybody.
 */
create function app.remove_sample_clients() returns uuid[]
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_msp uuid := app.msp_id();
  v_clients uuid[];
  v_agents uuid[];
  v_told uuid[];
  v_bytes bigint;
begin
  if v_msp is null or not app.client_ok(null) or app.context_part(4) is distinct from 'owner' then
    raise exception 'no sealed context of an owner' using errcode = '42501';
  end if;
  -- What comes in of them waits until this is over, and then finds no client.
  select array_agg(c.client_id) into v_clients from (
    select c.client_id from app.client c
    where c.msp_id = v_msp and c.client_id in (select s.client_id from app.sample_client s where s.msp_id = v_msp)
    order by c.client_id for update) c;
  if v_clients is null then return '{}'; end if;
  select coalesce(array_agg(a.agent_id), '{}') into v_agents from app.agent a where a.msp_id = v_msp and a.client_id = any (v_clients);

  insert into app.removed_report (msp_id, raw_report_id, received_at, body_sha256)
    select r.msp_id, r.raw_report_id, r.received_at, r.body_sha256 from app.raw_report r
    where r.msp_id = v_msp and r.client_id = any (v_clients);

  select coalesce(array_agg(distinct t.notification_id), '{}') into v_told from app.notification_told t
    where t.msp_id = v_msp and t.client_id = any (v_clients);
  select coalesce(sum(t.size_bytes), 0) into v_bytes from app.restore_record_attachment t
    where t.msp_id = v_msp and t.client_id = any (v_clients);
  update app.attachment_usage u set used_bytes = greatest(u.used_bytes - v_bytes, 0) where u.msp_id = v_msp;

  delete from identity.enrolment_token t
    where t.msp_id = v_msp and (t.client_id = any (v_clients) or t.for_agent_id = any (v_agents));
  delete from identity.agent_key k where k.msp_id = v_msp and k.agent_id = any (v_agents);
  delete from identity.inbound_address a where a.msp_id = v_msp and a.client_id = any (v_clients);
  delete from identity.management_key k where k.msp_id = v_msp and k.client_id = any (v_clients);
  -- Who saw these clients alone sees nothing any more, and who saw others, too, sees those.
  update identity.user_session s set revoked_at = now() where s.msp_id = v_msp and s.revoked_at is null
    and exists (select from identity.membership m where m.msp_id = v_msp and m.person_id = s.person_id and m.client_ids <@ v_clients);
  update identity.membership m set revoked_at = now()
    where m.msp_id = v_msp and m.revoked_at is null and m.client_ids <@ v_clients;
  update identity.membership m set client_ids = array(select c from unnest(m.client_ids) c where c <> all (v_clients))
    where m.msp_id = v_msp and m.client_ids && v_clients and not m.client_ids <@ v_clients;
  update identity.invitation i set revoked_at = now()
    where i.msp_id = v_msp and i.accepted_at is null and i.revoked_at is null and i.client_ids <@ v_clients;
  update identity.invitation i set client_ids = array(select c from unnest(i.client_ids) c where c <> all (v_clients))
    where i.msp_id = v_msp and i.client_ids && v_clients and not i.client_ids <@ v_clients;
  update identity.evidence_grant g set revoked_at = now(), revoked_by = app.context_part(3)::uuid
    where g.msp_id = v_msp and g.revoked_at is null and g.client_ids <@ v_clients;
  update identity.evidence_grant g set client_ids = array(select c from unnest(g.client_ids) c where c <> all (v_clients))
    where g.msp_id = v_msp and g.client_ids && v_clients and not g.client_ids <@ v_clients;
  update identity.api_key k set revoked_at = now()
    where k.msp_id = v_msp and k.revoked_at is null and k.client_ids <@ v_clients;
  update identity.api_key k set client_ids = array(select c from unnest(k.client_ids) c where c <> all (v_clients))
    where k.msp_id = v_msp and k.client_ids && v_clients and not k.client_ids <@ v_clients;

  -- What the MSP keeps for itself may point at what goes.
  update app.message_rule r set example_report_id = null where r.msp_id = v_msp and r.client_id is null
    and r.example_report_id in (select k.raw_report_id from app.removed_report k where k.msp_id = v_msp);
  update app.repository o set host_system_id = null where o.msp_id = v_msp and o.client_id is null
    and o.host_system_id in (select y.system_id from app.system y where y.msp_id = v_msp and y.client_id = any (v_clients));
  -- One statement: what refers to what is asked at its end, when all of it is gone, in circles too.
  execute 'with ' || (
    select string_agg(format('t%s as (delete from %s where msp_id = $1 and client_id = any ($2))', c.oid, c.oid::regclass), ', ')
    from pg_class c
    where c.relnamespace = 'app'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
      and exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'client_id' and not a.attisdropped)
    ) || ' select' using v_msp, v_clients;
  -- What was told of nobody else.
  delete from app.notification n where n.msp_id = v_msp and n.notification_id = any (v_told)
    and not exists (select from app.notification_told t where t.msp_id = v_msp and t.notification_id = n.notification_id);
  return v_clients;
end $$;
revoke all on function app.remove_sample_clients() from public;
grant execute on function app.remove_sample_clients() to holdfast_web;
reset role;
