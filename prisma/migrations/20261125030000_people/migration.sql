-- People: technicians of some clients only, changing and ending memberships, one's own sessions, password and codes.
-- Locks are taken in one order: memberships of the MSP, person, session, instance audit chain.
set role holdfast_owner;

-- null: every client. Owners and admins see the whole MSP.
alter table identity.membership add column client_ids uuid[]
  check (client_ids is null or (cardinality(client_ids) between 1 and 100 and role in ('technician', 'read-only')));

drop function identity.resolve_session(uuid, int);
/*
 * Who is behind a session, read anew at each request: no row once it is expired, idle for p_idle_seconds, revoked, the membership
 * is revoked, or the person has since set up codes and the session was opened without one. client_ids null: every client of the
 * MSP. Marks it as seen, at most once a minute.
 */
create function identity.resolve_session(p_session uuid, p_idle_seconds int)
returns table (person_id uuid, name text, email text, msp_id uuid, role text, client_ids uuid[], aal smallint,
  expires_at timestamptz)
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_seen timestamptz;
begin
  select p.person_id, p.name, p.email, s.msp_id, m.role, m.client_ids, s.aal, s.expires_at, s.last_seen_at
    into person_id, name, email, msp_id, role, client_ids, aal, expires_at, v_seen
    from identity.user_session s
    join identity.person p on p.person_id = s.person_id
    join identity.membership m on m.msp_id = s.msp_id and m.person_id = s.person_id and m.revoked_at is null
    where s.session_id = p_session and s.revoked_at is null and s.expires_at > now()
      and s.last_seen_at > now() - make_interval(secs => p_idle_seconds)
      and (p.totp_secret is null or s.aal >= 2);
  if not found then return; end if;
  if v_seen < now() - interval '1 minute' then
    update identity.user_session s set last_seen_at = now() where s.session_id = p_session;
  end if;
  return next;
end $$;

drop function identity.list_members();
/* The people of the context's MSP, those who were shut out last, by name, at most 1,000; nobody to a scope of single clients. */
create function identity.list_members()
returns table (person_id uuid, name text, email text, role text, client_ids uuid[], has_totp boolean,
  last_sign_in_at timestamptz, revoked_at timestamptz)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select p.person_id, p.name, p.email, m.role, m.client_ids, p.totp_secret is not null,
    (select max(s.created_at) from identity.user_session s where s.person_id = p.person_id and s.msp_id = m.msp_id),
    m.revoked_at
  from identity.membership m join identity.person p on p.person_id = m.person_id
  where m.msp_id = app.msp_id() and app.client_ok(null)
  order by m.revoked_at is not null, p.name, p.person_id limit 1000
$$;

/*
 * Whether the context may change a person of its MSP: 'yes', 'not-found', 'above' (nobody touches a role above their own).
 * Every membership of the MSP stays locked until commit, so that two owners cannot take each other's role at once.
 */
create function identity.may_change_member(p_person uuid) returns text
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
  v_by text := app.context_part(4);
  v_role text;
begin
  if app.msp_id() is null or not app.client_ok(null) or v_by is null or v_by not in ('owner', 'admin') then
    raise exception 'this context may not change people' using errcode = '42501';
  end if;
  perform from identity.membership m where m.msp_id = app.msp_id() order by m.person_id for update;
  select m.role into v_role from identity.membership m where m.msp_id = app.msp_id() and m.person_id = p_person;
  if not found then return 'not-found'; end if;
  if v_by = 'admin' and v_role = 'owner' then return 'above'; end if;
  return 'yes';
end $$;

/* Whether somebody else owns the context's MSP. */
create function identity.has_other_owner(p_person uuid) returns boolean
language sql stable set search_path = pg_catalog, pg_temp as $$
  select exists (select from identity.membership m
    where m.msp_id = app.msp_id() and m.person_id <> p_person and m.role = 'owner' and m.revoked_at is null)
$$;

/*
 * Gives a person of the context's MSP a role and the clients they see (null: all). Takes effect at the person's next request.
 * Answers 'done', 'not-found' (the person, or one of the clients), 'above' (a role above one's own), 'last-owner'.
 */
create function identity.change_member(p_person uuid, p_role text, p_client_ids uuid[]) returns text
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare v_answer text := identity.may_change_member(p_person);
begin
  if v_answer <> 'yes' then return v_answer; end if;
  if p_role = 'owner' and app.context_part(4) <> 'owner' then return 'above'; end if;
  if p_role <> 'owner' and not identity.has_other_owner(p_person) then return 'last-owner'; end if;
  if (select count(*) from app.client c where c.msp_id = app.msp_id() and c.client_id = any (p_client_ids))
    <> coalesce(cardinality(p_client_ids), 0) then return 'not-found'; end if;
  update identity.membership m set role = p_role, client_ids = p_client_ids
    where m.msp_id = app.msp_id() and m.person_id = p_person and m.revoked_at is null;
  if not found then return 'not-found'; end if;
  return 'done';
end $$;

/*
 * Shuts a person out of the context's MSP: the membership and every session of it end at once.
 * Answers 'done', 'not-found' (or shut out already), 'above', 'own' (nobody shuts themselves out).
 */
create function identity.deactivate_member(p_person uuid) returns text
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare v_answer text := identity.may_change_member(p_person);
begin
  if v_answer <> 'yes' then return v_answer; end if;
  if p_person = app.context_part(3)::uuid then return 'own'; end if;
  if not identity.has_other_owner(p_person) then return 'last-owner'; end if;
  update identity.membership m set revoked_at = now()
    where m.msp_id = app.msp_id() and m.person_id = p_person and m.revoked_at is null;
  if not found then return 'not-found'; end if;
  update identity.user_session s set revoked_at = now()
    where s.person_id = p_person and s.msp_id = app.msp_id() and s.revoked_at is null;
  return 'done';
end $$;

/* Lets a person in again who was shut out of the context's MSP. Answers 'done', 'not-found', 'above'. */
create function identity.reactivate_member(p_person uuid) returns text
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare v_answer text := identity.may_change_member(p_person);
begin
  if v_answer <> 'yes' then return v_answer; end if;
  update identity.membership m set revoked_at = null
    where m.msp_id = app.msp_id() and m.person_id = p_person and m.revoked_at is not null;
  if not found then return 'not-found'; end if;
  return 'done';
end $$;

/* The person behind a live session, locked until commit; null: nobody. */
create function identity.person_of_session(p_session uuid) returns uuid
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare v_person uuid;
begin
  select s.person_id into v_person from identity.user_session s
    where s.session_id = p_session and s.revoked_at is null and s.expires_at > now();
  perform from identity.person p where p.person_id = v_person for update;
  return v_person;
end $$;

/* Ends another session of the person behind a live session; false when it is not theirs or over already. */
create function identity.revoke_own_session(p_session uuid, p_other uuid) returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare v_person uuid := identity.person_of_session(p_session);
begin
  update identity.user_session s set revoked_at = now()
    where s.session_id = p_other and s.person_id = v_person and s.revoked_at is null;
  if not found then return false; end if;
  perform audit.append_instance('session.revoked', v_person, jsonb_build_object('session', p_other, 'scope', 'one'));
  return true;
end $$;

/* Ends every session of the person behind a live session but that one; returns how many. */
create function identity.revoke_other_sessions(p_session uuid) returns int
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_person uuid := identity.person_of_session(p_session);
  v_count int;
begin
  update identity.user_session s set revoked_at = now()
    where s.person_id = v_person and s.session_id <> p_session and s.revoked_at is null;
  get diagnostics v_count = row_count;
  if v_count > 0 then
    perform audit.append_instance('session.revoked', v_person, jsonb_build_object('scope', 'others', 'count', v_count));
  end if;
  return v_count;
end $$;

/* Gives the person behind a live session a new password; their other sessions end. False: nobody's session. */
create function identity.change_password(p_session uuid, p_password_hash text) returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare v_person uuid := identity.person_of_session(p_session);
begin
  if v_person is null then return false; end if;
  update identity.person p set password_hash = p_password_hash where p.person_id = v_person;
  perform identity.revoke_other_sessions(p_session);
  perform audit.append_instance('person.password-changed', v_person, jsonb_build_object('session', p_session));
  return true;
end $$;

/*
 * Sets up a new authenticator for the person behind a live session, which gets aal 2; their other sessions end. p_totp_step is
 * the step of the code that proved that it works; it is not accepted again. False: nobody's session.
 */
create function identity.change_totp(p_session uuid, p_totp_secret bytea, p_totp_step bigint) returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare v_person uuid := identity.person_of_session(p_session);
begin
  if v_person is null or p_totp_secret is null or p_totp_step is null then return false; end if;
  update identity.person p set totp_secret = p_totp_secret, totp_last_step = p_totp_step where p.person_id = v_person;
  update identity.user_session s set aal = 2 where s.session_id = p_session;
  perform identity.revoke_other_sessions(p_session);
  perform audit.append_instance('person.authenticator-changed', v_person, jsonb_build_object('session', p_session));
  return true;
end $$;

grant execute on function
  identity.resolve_session(uuid, int),
  identity.deactivate_member(uuid),
  identity.reactivate_member(uuid),
  identity.revoke_own_session(uuid, uuid),
  identity.revoke_other_sessions(uuid),
  identity.change_password(uuid, text),
  identity.change_totp(uuid, bytea, bigint)
  to holdfast_web;
grant execute on function identity.list_members(), identity.change_member(uuid, text, uuid[])
  to holdfast_web, holdfast_worker;
reset role;
