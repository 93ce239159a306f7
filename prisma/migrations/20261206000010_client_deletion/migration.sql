-- The two ways in which rows of clients are ever removed: sample clients at once, ended clients when they are due. docs/decisions/client-deletion.md.
set role audit_owner;

/* Erases the personal values beside the log that stand with events of a client of the context's MSP. For app.delete_client alone. */
create function audit.erase_private_of(p_client uuid) returns int
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare v_count int;
begin
  if app.msp_id() is null or not app.client_ok(null) then raise exception 'no sealed context' using errcode = '42501'; end if;
  delete from audit.event_private p where p.msp_id = app.msp_id() and p.client_id = p_client;
  get diagnostics v_count = row_count;
  return v_count;
end $$;
revoke all on function audit.erase_private_of(uuid) from public;
grant execute on function audit.erase_private_of(uuid) to holdfast_owner;
reset role;

set role holdfast_owner;

/*
 * Takes from everybody of the MSP what they saw of these clients: who saw these alone is shut out, and who saw others, too, sees those. Of
 * auditors and keys of the evidence API only where the evidence goes, too. For the functions below.
 */
create function identity.shut_out(p_msp uuid, p_clients uuid[], p_of_evidence boolean) returns void
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
begin
  delete from identity.enrolment_token t where t.msp_id = p_msp and (t.client_id = any (p_clients)
    or t.for_agent_id in (select k.agent_id from identity.agent_key k where k.msp_id = p_msp and k.client_id = any (p_clients)));
  delete from identity.agent_key k where k.msp_id = p_msp and k.client_id = any (p_clients);
  delete from identity.inbound_address a where a.msp_id = p_msp and a.client_id = any (p_clients);
  delete from identity.management_key k where k.msp_id = p_msp and k.client_id = any (p_clients);
  delete from identity.document_link l where l.msp_id = p_msp and l.client_id = any (p_clients);
  delete from identity.ended_client e where e.msp_id = p_msp and e.client_id = any (p_clients);
  update identity.user_session s set revoked_at = now() where s.msp_id = p_msp and s.revoked_at is null
    and exists (select from identity.membership m where m.msp_id = p_msp and m.person_id = s.person_id and m.client_ids <@ p_clients);
  update identity.membership m set revoked_at = now()
    where m.msp_id = p_msp and m.revoked_at is null and m.client_ids <@ p_clients;
  update identity.membership m set client_ids = array(select c from unnest(m.client_ids) c where c <> all (p_clients))
    where m.msp_id = p_msp and m.client_ids && p_clients and not m.client_ids <@ p_clients;
  update identity.invitation i set revoked_at = now()
    where i.msp_id = p_msp and i.accepted_at is null and i.revoked_at is null and i.client_ids <@ p_clients;
  update identity.invitation i set client_ids = array(select c from unnest(i.client_ids) c where c <> all (p_clients))
    where i.msp_id = p_msp and i.client_ids && p_clients and not i.client_ids <@ p_clients;
  update identity.personal_key k set revoked_at = now()
    where k.msp_id = p_msp and k.revoked_at is null and k.client_ids <@ p_clients;
  update identity.personal_key k set client_ids = array(select c from unnest(k.client_ids) c where c <> all (p_clients))
    where k.msp_id = p_msp and k.client_ids && p_clients and not k.client_ids <@ p_clients;
  if not p_of_evidence then return; end if;
  update identity.evidence_grant g set revoked_at = now(), revoked_by = nullif(app.context_part(3), '')::uuid
    where g.msp_id = p_msp and g.revoked_at is null and g.client_ids <@ p_clients;
  update identity.evidence_grant g set client_ids = array(select c from unnest(g.client_ids) c where c <> all (p_clients))
    where g.msp_id = p_msp and g.client_ids && p_clients and not g.client_ids <@ p_clients;
  update identity.api_key k set revoked_at = now()
    where k.msp_id = p_msp and k.revoked_at is null and k.client_ids <@ p_clients;
  update identity.api_key k set client_ids = array(select c from unnest(k.client_ids) c where c <> all (p_clients))
    where k.msp_id = p_msp and k.client_ids && p_clients and not k.client_ids <@ p_clients;
end $$;
revoke all on function identity.shut_out(uuid, uuid[], boolean) from public;

/*
 * Erases who was of these clients alone: name, address, password and everything else that they signed in with. Evidence copies the names
 * that it needs. People of the MSP stay, and whoever is of another MSP, too. For the function below.
 */
create function identity.erase_leaders(p_msp uuid, p_clients uuid[]) returns int
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare v_people uuid[];
begin
  select coalesce(array_agg(m.person_id), '{}') into v_people from identity.membership m
    where m.msp_id = p_msp and m.role = 'leader' and m.revoked_at is not null and m.client_ids <@ p_clients
      and not exists (select from identity.membership o where o.person_id = m.person_id and (o.msp_id <> p_msp or o.revoked_at is null))
      and not exists (select from identity.evidence_grant g where g.person_id = m.person_id);
  delete from identity.recovery_code r where r.person_id = any (v_people);
  delete from identity.passkey k where k.person_id = any (v_people);
  delete from identity.sign_on_identity i where i.person_id = any (v_people);
  delete from identity.sign_in_refusal r where r.person_id = any (v_people);
  delete from identity.user_session s where s.person_id = any (v_people);
  delete from identity.membership m where m.msp_id = p_msp and m.person_id = any (v_people);
  update identity.person p set email = p.person_id || '@removed.invalid', name = 'Somebody who was removed', password_hash = '-',
    totp_secret = null where p.person_id = any (v_people);
  delete from identity.invitation i where i.msp_id = p_msp and i.role = 'leader' and i.client_ids <@ p_clients;
  return cardinality(v_people);
end $$;
revoke all on function identity.erase_leaders(uuid, uuid[]) from public;

/*
 * Removes the sample clients of the context's MSP with all that is theirs, for an owner; answers their ids. Which tables have a client_id,
 * the catalogue says; the audit chain is none of them and stays whole. Row security binds this function as it binds everybody.
 */
create or replace function app.remove_sample_clients() returns uuid[]
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_msp uuid := app.msp_id();
  v_clients uuid[];
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

  insert into app.removed_report (msp_id, raw_report_id, received_at, body_sha256)
    select r.msp_id, r.raw_report_id, r.received_at, r.body_sha256 from app.raw_report r
    where r.msp_id = v_msp and r.client_id = any (v_clients) on conflict do nothing;

  select coalesce(array_agg(distinct t.notification_id), '{}') into v_told from app.notification_told t
    where t.msp_id = v_msp and t.client_id = any (v_clients);
  select coalesce(sum(t.size_bytes), 0) into v_bytes from app.restore_record_attachment t
    where t.msp_id = v_msp and t.client_id = any (v_clients);
  update app.attachment_usage u set used_bytes = greatest(u.used_bytes - v_bytes, 0) where u.msp_id = v_msp;
  perform identity.shut_out(v_msp, v_clients, true);

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

/*
 * The tables with a client_id that stay when a client's data is deleted and its evidence is kept. Beside them stay, of raw_report, inbox,
 * agent and agent_public_key, what the evidence cites. A new table with a client_id goes unless it is named here.
 */
create function app.evidence_tables() returns text[]
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select array['restore_record', 'restore_record_amendment', 'restore_record_attachment', 'restore_record_standing', 'document', 'document_file',
    'evidence_message', 'evidence_sample', 'legal_hold']
$$;

/* The raw reports of a client that its evidence cites. For the context's MSP, as row security lets it see. */
create function app.cited_reports(p_client uuid) returns setof uuid
language sql stable set search_path = pg_catalog, pg_temp as $$
  select r.raw_report_id from app.raw_report r
  where r.msp_id = app.msp_id() and r.client_id = p_client and r.raw_report_id in (
    select (x.body::jsonb #>> '{provenance,rawReportId}')::uuid from app.restore_record x
      where x.msp_id = app.msp_id() and x.client_id = p_client
    union
    select m[1]::uuid from app.document_file f
      cross join lateral regexp_matches(convert_from(f.content, 'UTF8'), '"rawReportId":"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"', 'g') m
      where f.msp_id = app.msp_id() and f.client_id = p_client and f.kind = 'facts')
$$;

/*
 * Deletes the data of a client of the context's MSP whose deletion is due by this clock, for the worker: all but its evidence, or, where that was
 * asked for and nothing keeps it, the evidence, too. p_removed: how much that is, as it was counted. Row security binds this function as it binds
 * everybody. false: it is not due, a legal hold stands, or its evidence is to be kept longer.
 */
create function app.delete_client(p_client uuid, p_removed jsonb) returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_msp uuid := app.msp_id();
  v_now timestamptz := clock_timestamp();
  v_of_evidence boolean;
  v_kept text[];
  v_reports uuid[];
  v_agents uuid[];
  v_told uuid[];
  v_bytes bigint;
  v_erased int;
begin
  if v_msp is null or not app.client_ok(null) or app.context_part(4) is distinct from 'worker' then
    raise exception 'no sealed context of the worker' using errcode = '42501';
  end if;
  select e.deletes_evidence into v_of_evidence from app.ended_client e
    where e.msp_id = v_msp and e.client_id = p_client and e.deletion_due_at <= v_now
      and (not e.deletes_evidence or e.evidence_until is null or e.evidence_until <= v_now) for update;
  if not found then return false; end if;
  -- Who places a hold, or makes evidence, refers to the client, and waits or comes first.
  perform from app.client c where c.msp_id = v_msp and c.client_id = p_client and c.archived_at is not null for update;
  if not found or exists (select from app.legal_hold h where h.msp_id = v_msp and h.client_id = p_client and h.withdrawn_at is null) then
    return false;
  end if;
  v_kept := case when v_of_evidence then '{}' else app.evidence_tables() end;
  select coalesce(array_agg(r.raw_report_id), '{}'), coalesce(array_agg(distinct r.agent_id), '{}') into v_reports, v_agents
    from app.raw_report r
    where r.msp_id = v_msp and r.client_id = p_client and (
      (not v_of_evidence and (r.cited_at is not null or r.raw_report_id in (select app.cited_reports(p_client))))
      -- What the MSP keeps for itself may rest on one.
      or r.raw_report_id in (
        select v.raw_report_id from app.verification v where v.msp_id = v_msp and v.client_id is distinct from p_client
        union select k.raw_report_id from app.repository_capacity k where k.msp_id = v_msp and k.client_id is distinct from p_client
        union select unnest(array[o.attributes_report_id, o.last_listing_report_id, o.last_attempt_report_id]) from app.repository o
          where o.msp_id = v_msp and o.client_id is distinct from p_client
        union select m.example_report_id from app.message_rule m where m.msp_id = v_msp and m.client_id is distinct from p_client));
  -- What made them needed goes: from here on it is said of each that its bytes stay.
  update app.raw_report r set cited_at = coalesce(r.cited_at, v_now)
    where r.msp_id = v_msp and r.client_id = p_client and r.raw_report_id = any (v_reports);
  insert into app.removed_report (msp_id, raw_report_id, received_at, body_sha256)
    select r.msp_id, r.raw_report_id, r.received_at, r.body_sha256 from app.raw_report r
    where r.msp_id = v_msp and r.client_id = p_client and r.raw_report_id <> all (v_reports) on conflict do nothing;
  select coalesce(array_agg(distinct t.notification_id), '{}') into v_told from app.notification_told t
    where t.msp_id = v_msp and t.client_id = p_client;
  if v_of_evidence then
    select coalesce(sum(t.size_bytes), 0) into v_bytes from app.restore_record_attachment t where t.msp_id = v_msp and t.client_id = p_client;
    update app.attachment_usage u set used_bytes = greatest(u.used_bytes - v_bytes, 0) where u.msp_id = v_msp;
    -- The chain keeps its commitments to them, which tell nothing.
    perform audit.erase_private_of(p_client);
  end if;
  perform identity.shut_out(v_msp, array[p_client], v_of_evidence);
  v_erased := identity.erase_leaders(v_msp, array[p_client]);
  update app.agent a set revoked_at = coalesce(a.revoked_at, v_now) where a.msp_id = v_msp and a.agent_id = any (v_agents);
  update app.repository o set host_system_id = null where o.msp_id = v_msp and o.client_id is distinct from p_client
    and o.host_system_id in (select y.system_id from app.system y where y.msp_id = v_msp and y.client_id = p_client);
  -- One statement: what refers to what is asked at its end, when all of it is gone, in circles too.
  execute 'with ' || (
    select string_agg(format('t%s as (delete from %s where msp_id = $1 and client_id = $2%s)', c.oid, c.oid::regclass,
      case when c.relname in ('raw_report', 'inbox') then ' and raw_report_id <> all ($3)'
        when c.relname in ('agent', 'agent_public_key') then ' and agent_id <> all ($4)' else '' end), ', ')
    from pg_class c
    where c.relnamespace = 'app'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
      and c.relname <> all (v_kept || array['client', 'ended_client'])
      and exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'client_id' and not a.attisdropped)
    ) || ' select' using v_msp, p_client, v_reports, v_agents;
  delete from app.notification n where n.msp_id = v_msp and n.notification_id = any (v_told)
    and not exists (select from app.notification_told t where t.msp_id = v_msp and t.notification_id = n.notification_id);
  update app.client c set deleted_at = coalesce(c.deleted_at, v_now), coverage_due_at = null where c.msp_id = v_msp and c.client_id = p_client;
  if v_of_evidence then
    delete from app.client c where c.msp_id = v_msp and c.client_id = p_client
      and not exists (select from app.agent a where a.msp_id = v_msp and a.client_id = p_client);
  end if;
  update app.ended_client e set deleted_at = coalesce(e.deleted_at, v_now), removed = e.removed || p_removed || jsonb_build_object('people', v_erased),
    evidence_deleted_at = case when v_of_evidence then v_now end, deletion_asked_at = null, deletion_asked_by = null,
    deletion_asked_by_name = null, deletion_due_at = null, deletes_evidence = false
    where e.msp_id = v_msp and e.client_id = p_client;
  return true;
end $$;
revoke all on function app.delete_client(uuid, jsonb), app.evidence_tables(), app.cited_reports(uuid) from public;
grant execute on function app.delete_client(uuid, jsonb) to holdfast_worker;
-- Told beforehand, and counted as it happens.
grant select on app.evidence_sample, app.evidence_message to holdfast_worker;
grant execute on function app.cited_reports(uuid) to holdfast_web, holdfast_worker;
reset role;
