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

-- Invitations: a link by mail, of which only the hash is kept, good once and for a few days.
set role holdfast_owner;
create table identity.invitation (
  invitation_id uuid primary key,
  msp_id uuid not null,
  email text not null check (email = lower(email) and length(email) <= 254),
  role text not null check (role in ('owner', 'admin', 'technician', 'read-only')),
  client_ids uuid[]
    check (client_ids is null or (cardinality(client_ids) between 1 and 100 and role in ('technician', 'read-only'))),
  token_hash bytea not null unique check (octet_length(token_hash) = 32),
  invited_by uuid not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  sent_at timestamptz,                                   -- null: the mail could not be sent
  accepted_at timestamptz,
  revoked_at timestamptz
);
create unique index invitation_open on identity.invitation (msp_id, email) where accepted_at is null and revoked_at is null;

/* Whether the context may invite people of a role: owners and admins, nobody above their own. */
create function identity.may_invite(p_role text) returns boolean
language sql stable set search_path = pg_catalog, pg_temp as $$
  select app.msp_id() is not null and app.client_ok(null)
    and coalesce(app.context_part(4) in ('owner', 'admin') and (app.context_part(4) = 'owner' or p_role <> 'owner'), false)
$$;

/*
 * Invites an e-mail to the context's MSP. Answers 'done', 'above' (a role above one's own), 'member' (is one of the MSP's people
 * already), 'invited' (an invitation is open), 'not-found' (one of the clients). Whether somebody of another MSP has that e-mail
 * is not told.
 */
create function identity.invite(p_invitation uuid, p_email text, p_role text, p_client_ids uuid[], p_token_hash bytea,
  p_expires timestamptz)
returns text
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  if app.msp_id() is null or not app.client_ok(null) then raise exception 'no sealed context' using errcode = '42501'; end if;
  if not identity.may_invite(p_role) then return 'above'; end if;
  if (select count(*) from app.client c where c.msp_id = app.msp_id() and c.client_id = any (p_client_ids))
    <> coalesce(cardinality(p_client_ids), 0) then return 'not-found'; end if;
  if exists (select from identity.membership m join identity.person p on p.person_id = m.person_id
    where m.msp_id = app.msp_id() and p.email = p_email) then return 'member'; end if;
  insert into identity.invitation (invitation_id, msp_id, email, role, client_ids, token_hash, invited_by, expires_at)
    values (p_invitation, app.msp_id(), p_email, p_role, p_client_ids, p_token_hash, app.context_part(3)::uuid, p_expires)
    on conflict (msp_id, email) where accepted_at is null and revoked_at is null do nothing;
  if not found then return 'invited'; end if;
  return 'done';
end $$;

/* The open invitations of the context's MSP, those that ran out too, newest first, at most 1,000. */
create function identity.list_invitations()
returns table (invitation_id uuid, email text, role text, client_ids uuid[], created_at timestamptz, expires_at timestamptz,
  sent_at timestamptz)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select i.invitation_id, i.email, i.role, i.client_ids, i.created_at, i.expires_at, i.sent_at
  from identity.invitation i
  where i.msp_id = app.msp_id() and app.client_ok(null) and i.accepted_at is null and i.revoked_at is null
  order by i.created_at desc, i.invitation_id limit 1000
$$;

/* Gives an open invitation a new link, which makes the old one worthless; answers the e-mail, or null when there is none. */
create function identity.renew_invitation(p_invitation uuid, p_token_hash bytea, p_expires timestamptz) returns text
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare v_email text;
begin
  update identity.invitation i set token_hash = p_token_hash, expires_at = p_expires, sent_at = null
    where i.invitation_id = p_invitation and i.msp_id = app.msp_id() and identity.may_invite(i.role)
      and i.accepted_at is null and i.revoked_at is null
    returning i.email into v_email;
  return v_email;
end $$;

/* Notes that the mail with the link of this hash has gone out. */
create function identity.note_invitation_sent(p_token_hash bytea) returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  update identity.invitation i set sent_at = now()
    where i.token_hash = p_token_hash and i.msp_id = app.msp_id() and app.client_ok(null);
  return found;
end $$;

/* Takes an open invitation back; false when there is none. */
create function identity.revoke_invitation(p_invitation uuid) returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  update identity.invitation i set revoked_at = now()
    where i.invitation_id = p_invitation and i.msp_id = app.msp_id() and identity.may_invite(i.role)
      and i.accepted_at is null and i.revoked_at is null;
  return found;
end $$;

/* What stands behind a link that is still good. Looking does not spend it. */
create function identity.peek_invitation(p_token_hash bytea)
returns table (msp_id uuid, email text, role text, invited_by uuid)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select i.msp_id, i.email, i.role, i.invited_by from identity.invitation i
  where i.token_hash = p_token_hash and i.accepted_at is null and i.revoked_at is null and i.expires_at > now()
$$;

/*
 * Spends a link on a person and their membership, both named by the sealed context (role set-up). Exactly one of any number of
 * parallel callers wins. Answers 'done', 'gone' (spent, revoked, run out, or another MSP's), 'taken' (the e-mail has an account).
 */
create function identity.accept_invitation(p_token_hash bytea, p_name text, p_password_hash text, p_totp_secret bytea,
  p_totp_step bigint)
returns text
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_invitation identity.invitation;
  v_person uuid := app.context_part(3)::uuid;
begin
  if app.msp_id() is null or v_person is null or app.context_part(4) is distinct from 'set-up' then
    raise exception 'no sealed context for accepting' using errcode = '42501';
  end if;
  if p_totp_secret is null or p_totp_step is null then raise exception 'codes must be set up' using errcode = '23502'; end if;
  select * into v_invitation from identity.invitation i
    where i.token_hash = p_token_hash and i.msp_id = app.msp_id() and i.accepted_at is null and i.revoked_at is null
      and i.expires_at > now()
    for update;
  if not found then return 'gone'; end if;
  insert into identity.person (person_id, email, name, password_hash, totp_secret, totp_last_step)
    values (v_person, v_invitation.email, p_name, p_password_hash, p_totp_secret, p_totp_step) on conflict (email) do nothing;
  if not found then return 'taken'; end if;
  update identity.invitation i set accepted_at = now() where i.invitation_id = v_invitation.invitation_id;
  insert into identity.membership (msp_id, person_id, role, client_ids)
    values (v_invitation.msp_id, v_person, v_invitation.role, v_invitation.client_ids);
  perform audit.append_instance('invitation.accepted', v_person,
    jsonb_build_object('msp', v_invitation.msp_id, 'invitation', v_invitation.invitation_id, 'role', v_invitation.role));
  return 'done';
end $$;

grant execute on function
  identity.invite(uuid, text, text, uuid[], bytea, timestamptz),
  identity.list_invitations(),
  identity.renew_invitation(uuid, bytea, timestamptz),
  identity.note_invitation_sent(bytea),
  identity.revoke_invitation(uuid),
  identity.peek_invitation(bytea),
  identity.accept_invitation(bytea, text, text, bytea, bigint)
  to holdfast_web;
grant execute on function
  identity.invite(uuid, text, text, uuid[], bytea, timestamptz),
  identity.note_invitation_sent(bytea)
  to holdfast_worker;
reset role;

-- Recovery codes: each stands in once for a code of the authenticator. Only keyed hashes are kept (HMAC by the application).
set role holdfast_owner;
create table identity.recovery_code (
  person_id uuid not null references identity.person,
  code_hash bytea not null check (octet_length(code_hash) = 32),
  created_at timestamptz not null default now(),
  used_at timestamptz,
  primary key (person_id, code_hash)
);

/*
 * Gives the person behind a live session of aal 2 these recovery codes in place of all earlier ones. False: nobody's session, or
 * one without a second factor.
 */
create function identity.store_recovery_codes(p_session uuid, p_code_hashes bytea[]) returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare v_person uuid := identity.person_of_session(p_session);
begin
  if v_person is null or cardinality(p_code_hashes) not between 1 and 20
    or not exists (select from identity.user_session s where s.session_id = p_session and s.aal = 2) then return false; end if;
  delete from identity.recovery_code c where c.person_id = v_person;
  insert into identity.recovery_code (person_id, code_hash) select v_person, h from unnest(p_code_hashes) h;
  perform audit.append_instance('person.recovery-codes-made', v_person,
    jsonb_build_object('session', p_session, 'count', cardinality(p_code_hashes)));
  return true;
end $$;

/* How many recovery codes the person behind a live session has left. */
create function identity.count_recovery_codes(p_session uuid) returns int
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select count(*)::int from identity.user_session s
  join identity.recovery_code c on c.person_id = s.person_id and c.used_at is null
  where s.session_id = p_session and s.revoked_at is null and s.expires_at > now()
$$;

/*
 * Opens a session of aal 2 for a person whose password was right by spending one recovery code. Answers how many are left; null:
 * no such code, spent, no second factor set up, or no membership.
 */
create function identity.open_session_by_recovery_code(p_session uuid, p_person uuid, p_code_hash bytea, p_address inet,
  p_user_agent text, p_lifetime_seconds int)
returns int
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_msp uuid;
  v_left int;
begin
  perform from identity.person p where p.person_id = p_person and p.totp_secret is not null for update;
  if not found then return null; end if;
  select m.msp_id into v_msp from identity.membership m
    where m.person_id = p_person and m.revoked_at is null order by m.created_at, m.msp_id limit 1;
  if v_msp is null then return null; end if;
  update identity.recovery_code c set used_at = now()
    where c.person_id = p_person and c.code_hash = p_code_hash and c.used_at is null;
  if not found then return null; end if;
  select count(*) into v_left from identity.recovery_code c where c.person_id = p_person and c.used_at is null;
  insert into identity.user_session (session_id, person_id, msp_id, aal, expires_at, user_agent, address)
    values (p_session, p_person, v_msp, 2, clock_timestamp() + make_interval(secs => least(p_lifetime_seconds, 43200)),
      left(p_user_agent, 300), p_address);
  perform audit.append_instance('sign-in.accepted', p_person, jsonb_build_object('session', p_session, 'msp', v_msp, 'aal', 2,
    'address', host(p_address), 'recovery_codes_left', v_left));
  return v_left;
end $$;

grant execute on function
  identity.store_recovery_codes(uuid, bytea[]),
  identity.count_recovery_codes(uuid),
  identity.open_session_by_recovery_code(uuid, uuid, bytea, inet, text, int)
  to holdfast_web;
reset role;
