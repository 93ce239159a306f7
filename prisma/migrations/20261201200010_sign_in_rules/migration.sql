-- What an MSP demands of sign-in: single sign-on of everybody but one owner, and an authenticator of some roles. Who lacks it has a session
-- that is good for getting it and for nothing else.
set role holdfast_owner;

-- Enforced while it equals on_since: switching off, for whichever reason, ends it.
alter table identity.single_sign_on add column enforced_for timestamptz,
  add column break_glass_person_id uuid references identity.person,
  add constraint single_sign_on_enforced check (enforced_for is null or break_glass_person_id is not null);

create table identity.sign_in_rule (
  msp_id uuid primary key,
  code_roles text[] not null check (code_roles <@ array['owner', 'admin', 'technician', 'read-only', 'leader']) -- must have an authenticator
);

/* The owner of the context's MSP whose password works though sign-on is enforced; null: it is not. */
create function identity.break_glass() returns uuid
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select o.break_glass_person_id from identity.single_sign_on o where o.msp_id = app.msp_id() and o.enforced_for = o.on_since
$$;

/* Whether a person is such an owner of the MSP that they sign in to. */
create function identity.is_break_glass(p_person uuid) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select exists (select from identity.single_sign_on o
    where o.msp_id = identity.msp_of_person(p_person) and o.break_glass_person_id = p_person and o.enforced_for = o.on_since)
$$;

/*
 * Enforces sign-on of the context's MSP (its owner's) for all of its own people but one, or no more (null). Answers 'done', 'off', 'unproven'
 * (nobody has signed in through it since it is on), 'unfit' (the one is no active owner with a password and an authenticator).
 */
create function identity.enforce_sign_on(p_break_glass uuid) returns text
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare v_on timestamptz;
begin
  if not identity.may_manage_sign_on() or app.context_part(4) <> 'owner' then
    raise exception 'this context may not enforce how people sign in' using errcode = '42501';
  end if;
  perform from identity.membership m where m.msp_id = app.msp_id() order by m.person_id for update;
  select o.on_since into v_on from identity.single_sign_on o where o.msp_id = app.msp_id() for update;
  if p_break_glass is null then
    update identity.single_sign_on o set enforced_for = null where o.msp_id = app.msp_id();
    return 'done';
  end if;
  if v_on is null then return 'off'; end if;
  if not exists (select from identity.user_session s
    where s.msp_id = app.msp_id() and s.opened_by = 'single-sign-on' and s.created_at > v_on) then return 'unproven'; end if;
  if not exists (select from identity.membership m join identity.person p on p.person_id = m.person_id
    where m.msp_id = app.msp_id() and m.person_id = p_break_glass and m.role = 'owner' and m.revoked_at is null
      and p.password_hash is not null and p.totp_secret is not null) then return 'unfit'; end if;
  update identity.single_sign_on o set enforced_for = v_on, break_glass_person_id = p_break_glass where o.msp_id = app.msp_id();
  return 'done';
end $$;

/* Which roles of the context's MSP must have an authenticator. */
create function identity.read_code_roles() returns text[]
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select coalesce((select r.code_roles from identity.sign_in_rule r where r.msp_id = app.msp_id() and app.client_ok(null)), '{}')
$$;

/* Says which roles of the context's MSP (its owner's) must have an authenticator; false: it was so already. */
create function identity.store_code_roles(p_roles text[]) returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  if not identity.may_manage_sign_on() or app.context_part(4) <> 'owner' then
    raise exception 'this context may not say who must have an authenticator' using errcode = '42501';
  end if;
  insert into identity.sign_in_rule as r values (app.msp_id(), p_roles)
    on conflict (msp_id) do update set code_roles = excluded.code_roles where r.code_roles <> excluded.code_roles;
  return found;
end $$;

drop function identity.resolve_session(uuid, int);
/*
 * Who is behind a session, read anew at each request: no row once it is expired, idle for p_idle_seconds, revoked, the membership
 * is revoked, or the person has since set up codes and the session was opened without one. owes: what the MSP demands and the person
 * has not given yet ('sign-on', 'authenticator'); null: nothing. Marks it as seen, at most once a minute.
 */
create function identity.resolve_session(p_session uuid, p_idle_seconds int)
returns table (person_id uuid, name text, email text, msp_id uuid, role text, client_ids uuid[], aal smallint,
  expires_at timestamptz, grant_id uuid, period_from text, period_to text, purpose text, grant_expires_at timestamptz,
  granted_by_name text, owes text)
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_seen timestamptz;
begin
  select p.person_id, p.name, p.email, s.msp_id, m.role,
      case when m.role = 'auditor' then g.client_ids when m.role = 'leader' then coalesce(m.client_ids, '{}') else m.client_ids end,
      s.aal, s.expires_at, s.last_seen_at, g.grant_id, g.period_from::text, g.period_to::text, g.purpose, g.grant_expires_at,
      g.granted_by_name,
      case when s.opened_by = 'single-sign-on' then null
        when o.enforced_for = o.on_since and o.break_glass_person_id <> s.person_id and m.role not in ('leader', 'auditor') then 'sign-on'
        when p.totp_secret is null and m.role = any (r.code_roles) then 'authenticator' end
    into person_id, name, email, msp_id, role, client_ids, aal, expires_at, v_seen, grant_id, period_from, period_to, purpose,
      grant_expires_at, granted_by_name, owes
    from identity.user_session s
    join identity.person p on p.person_id = s.person_id
    join identity.membership m on m.msp_id = s.msp_id and m.person_id = s.person_id and m.revoked_at is null
    left join identity.single_sign_on o on o.msp_id = s.msp_id
    left join identity.sign_in_rule r on r.msp_id = s.msp_id
    left join lateral identity.live_grant(m.msp_id, m.person_id) g on m.role = 'auditor'
    where s.session_id = p_session and s.revoked_at is null and s.expires_at > now()
      and s.last_seen_at > now() - make_interval(secs => p_idle_seconds)
      and (p.totp_secret is null or s.aal >= 2 or s.opened_by = 'single-sign-on')
      and (m.role <> 'auditor' or (s.aal >= 2 and g.grant_id is not null));
  if not found then return; end if;
  if v_seen < now() - interval '1 minute' then
    update identity.user_session s set last_seen_at = now() where s.session_id = p_session;
  end if;
  return next;
end $$;

-- The one who gets in when the provider does not let anybody in stays who they are.
create or replace function identity.change_member(p_person uuid, p_role text, p_client_ids uuid[]) returns text
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare v_answer text := identity.may_change_member(p_person);
begin
  if v_answer <> 'yes' then return v_answer; end if;
  if p_role = 'owner' and app.context_part(4) <> 'owner' then return 'above'; end if;
  if p_role <> 'owner' and p_person = identity.break_glass() then return 'break-glass'; end if;
  if p_role <> 'owner' and not identity.has_other_owner(p_person) then return 'last-owner'; end if;
  if (select count(*) from app.client c where c.msp_id = app.msp_id() and c.client_id = any (p_client_ids))
    <> coalesce(cardinality(p_client_ids), 0) then return 'not-found'; end if;
  update identity.membership m set role = p_role, client_ids = p_client_ids,
      report_wanted_at = case when p_role = 'leader' then m.report_wanted_at end
    where m.msp_id = app.msp_id() and m.person_id = p_person and m.revoked_at is null and m.role <> 'auditor'
      and p_role <> 'auditor';
  if not found then return 'not-found'; end if;
  return 'done';
end $$;

create or replace function identity.deactivate_member(p_person uuid) returns text
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare v_answer text := identity.may_change_member(p_person);
begin
  if v_answer <> 'yes' then return v_answer; end if;
  if p_person = app.context_part(3)::uuid then return 'own'; end if;
  if p_person = identity.break_glass() then return 'break-glass'; end if;
  if not identity.has_other_owner(p_person) then return 'last-owner'; end if;
  update identity.membership m set revoked_at = now()
    where m.msp_id = app.msp_id() and m.person_id = p_person and m.revoked_at is null;
  if not found then return 'not-found'; end if;
  update identity.user_session s set revoked_at = now()
    where s.person_id = p_person and s.msp_id = app.msp_id() and s.revoked_at is null;
  return 'done';
end $$;

alter table app.mail_outbox drop constraint mail_outbox_kind_check,
  add constraint mail_outbox_kind_check check (kind in ('invitation', 'recovery-code-used', 'password-changed',
    'authenticator-changed', 'recovery-codes-made', 'sign-in-locked', 'evidence-note', 'monthly-report', 'evidence-granted',
    'sign-on-linked', 'break-glass-used'));

revoke all on function identity.break_glass(), identity.is_break_glass(uuid), identity.enforce_sign_on(uuid), identity.read_code_roles(),
  identity.store_code_roles(text[]), identity.resolve_session(uuid, int) from public;
grant execute on function identity.break_glass(), identity.is_break_glass(uuid), identity.enforce_sign_on(uuid), identity.read_code_roles(),
  identity.store_code_roles(text[]), identity.resolve_session(uuid, int) to holdfast_web;
reset role;
