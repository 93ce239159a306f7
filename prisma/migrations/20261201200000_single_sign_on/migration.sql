-- Single sign-on: an OpenID provider of an MSP, whose groups give roles. docs/decisions/single-sign-on.md says what decides who somebody is.
-- Locks are taken in one order: memberships of the MSP, person, session, instance audit chain.
set role holdfast_owner;

-- null: no password, as of who signs in by a provider only. An e-mail names an account only where a password goes with it.
alter table identity.person alter column password_hash drop not null;
alter table identity.person drop constraint person_email_key;
create unique index person_by_email on identity.person (email) where password_hash is not null;

alter table identity.user_session add column opened_by text not null default 'password'
  check (opened_by in ('password', 'single-sign-on'));

create table identity.single_sign_on (
  msp_id uuid primary key,
  sign_in_key text not null unique check (sign_in_key ~ '^[a-z2-7]{20}$'), -- in the address of the MSP's sign-in; names nobody
  issuer text not null check (length(issuer) between 1 and 500),
  client_id text not null check (length(client_id) between 1 and 300),
  sealed_secret bytea not null,                          -- AES-256-GCM by the application, bound to the MSP's id
  scopes text not null check (length(scopes) between 1 and 300),
  groups_claim text not null check (length(groups_claim) between 1 and 100),
  domains text[] not null default '{}' check (cardinality(domains) <= 100),
  role_by_group jsonb not null check (jsonb_typeof(role_by_group) = 'object' and length(role_by_group::text) <= 20000),
  version int not null default 1 check (version >= 1),
  tested_at timestamptz,                                 -- null: not since the issuer, client or secret changed
  test_problem text check (length(test_problem) between 1 and 500), -- null: the last test went well
  on_since timestamptz check (on_since is null or (tested_at is not null and test_problem is null)) -- null: off
);
create index single_sign_on_by_domain on identity.single_sign_on using gin (domains);

-- Who somebody is to an MSP's provider. Another issuer's subject of that name is somebody else.
create table identity.sign_on_identity (
  msp_id uuid not null,
  issuer text not null check (length(issuer) between 1 and 500),
  subject text not null check (length(subject) between 1 and 255),
  person_id uuid not null references identity.person,
  linked_at timestamptz not null default now(),
  primary key (msp_id, issuer, subject)
);
create unique index sign_on_identity_by_person on identity.sign_on_identity (msp_id, person_id, issuer);

-- Browsers that were sent to a provider. What each must bring back is made from a secret that only the browser has.
create table identity.sign_on_attempt (
  attempt_hash bytea primary key check (octet_length(attempt_hash) = 32),
  msp_id uuid not null,
  link_session_id uuid,                                  -- of who links their account; null: somebody signs in
  return_to text not null check (length(return_to) between 1 and 2000),
  expires_at timestamptz not null
);
create index sign_on_attempt_by_age on identity.sign_on_attempt (expires_at);

/* Whether the context may say how its MSP's people sign in. */
create function identity.may_manage_sign_on() returns boolean
language sql stable set search_path = pg_catalog, pg_temp as $$
  select app.msp_id() is not null and app.client_ok(null) and coalesce(app.context_part(4) in ('owner', 'admin'), false)
$$;

/* The provider of the context's MSP; no row: none was set up. For who manages it, and for sign-in itself (role set-up). */
create function identity.read_sign_on() returns setof identity.single_sign_on
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select o.* from identity.single_sign_on o
  where o.msp_id = app.msp_id() and (identity.may_manage_sign_on() or app.context_part(4) = 'set-up')
$$;

/* Domains of the e-mails that the MSP's own people proved by an invitation: what a provider says of e-mails proves nothing. */
create function identity.own_domains() returns setof text
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select distinct split_part(p.email, '@', 2) from identity.membership m join identity.person p on p.person_id = m.person_id
  where m.msp_id = app.msp_id() and identity.may_manage_sign_on() and m.revoked_at is null
    and m.role in ('owner', 'admin', 'technician', 'read-only') and p.password_hash is not null
  order by 1 limit 100
$$;

/* Ends the sessions of the context's MSP that its provider opened, of one person (null: of all but whom the context names). */
create function identity.end_sign_ons(p_person uuid) returns int
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare v_count int;
begin
  update identity.user_session s set revoked_at = now()
    where s.msp_id = app.msp_id() and s.opened_by = 'single-sign-on' and s.revoked_at is null
      and case when p_person is null then s.person_id is distinct from app.context_part(3)::uuid else s.person_id = p_person end;
  get diagnostics v_count = row_count;
  return v_count;
end $$;

/*
 * Keeps the settings of the context's MSP. p_sealed_secret null: it stays. Another issuer, client or secret has to be tested anew and
 * switches it off. Answers 'done', 'switched-off', 'no-secret' (the first needs one), 'domain' (one that nobody of the MSP proved).
 */
create function identity.store_sign_on(p_key text, p_issuer text, p_client_id text, p_sealed_secret bytea, p_scopes text,
  p_groups_claim text, p_domains text[], p_role_by_group jsonb)
returns text
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_old identity.single_sign_on;
  v_is_same boolean;
begin
  if not identity.may_manage_sign_on() then raise exception 'this context may not change how people sign in' using errcode = '42501'; end if;
  if exists (select from jsonb_each_text(p_role_by_group) e where e.value not in ('admin', 'technician', 'read-only')) then
    raise exception 'no group gives such a role' using errcode = '23514';
  end if;
  if exists (select unnest(p_domains) except select identity.own_domains()) then return 'domain'; end if;
  select * into v_old from identity.single_sign_on o where o.msp_id = app.msp_id() for update;
  if not found then
    if p_sealed_secret is null then return 'no-secret'; end if;
    insert into identity.single_sign_on (msp_id, sign_in_key, issuer, client_id, sealed_secret, scopes, groups_claim, domains,
        role_by_group)
      values (app.msp_id(), p_key, p_issuer, p_client_id, p_sealed_secret, p_scopes, p_groups_claim, p_domains, p_role_by_group);
    return 'done';
  end if;
  v_is_same := v_old.issuer = p_issuer and v_old.client_id = p_client_id and p_sealed_secret is null;
  update identity.single_sign_on o set issuer = p_issuer, client_id = p_client_id,
      sealed_secret = coalesce(p_sealed_secret, o.sealed_secret), scopes = p_scopes, groups_claim = p_groups_claim,
      domains = p_domains, role_by_group = p_role_by_group, version = o.version + 1,
      on_since = case when v_is_same then o.on_since end,
      tested_at = case when v_is_same then o.tested_at end,
      test_problem = case when v_is_same then o.test_problem end
    where o.msp_id = app.msp_id();
  if v_is_same or v_old.on_since is null then return 'done'; end if;
  perform identity.end_sign_ons(null);
  return 'switched-off';
end $$;

/* Keeps what a test of the settings of this version said (null: all went well); false: they changed meanwhile. */
create function identity.note_sign_on_test(p_version int, p_problem text) returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  if not identity.may_manage_sign_on() then raise exception 'this context may not test how people sign in' using errcode = '42501'; end if;
  -- What is on stays on: a provider that does not answer today is no reason to shut everybody out.
  update identity.single_sign_on o set tested_at = case when o.on_since is null or p_problem is null then now() else o.tested_at end,
      test_problem = case when o.on_since is null then p_problem end
    where o.msp_id = app.msp_id() and o.version = p_version;
  return found;
end $$;

/* Switches sign-on of the context's MSP on or off; off ends the sessions it opened. Answers 'done', 'as-before', 'untested', 'none'. */
create function identity.switch_sign_on(p_is_on boolean) returns text
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare v_old identity.single_sign_on;
begin
  if not identity.may_manage_sign_on() then raise exception 'this context may not change how people sign in' using errcode = '42501'; end if;
  select * into v_old from identity.single_sign_on o where o.msp_id = app.msp_id() for update;
  if not found then return 'none'; end if;
  if (v_old.on_since is not null) = p_is_on then return 'as-before'; end if;
  if p_is_on and (v_old.tested_at is null or v_old.test_problem is not null) then return 'untested'; end if;
  update identity.single_sign_on o set on_since = case when p_is_on then now() end where o.msp_id = app.msp_id();
  if not p_is_on then perform identity.end_sign_ons(null); end if;
  return 'done';
end $$;

/* Which MSPs whose sign-on is on name a domain, at most 5. It says nothing of any person. */
create function identity.sign_ons_of_domain(p_domain text) returns table (msp_id uuid, sign_in_key text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select o.msp_id, o.sign_in_key from identity.single_sign_on o
  where o.domains @> array[p_domain] and o.on_since is not null order by o.on_since limit 5
$$;

/* Whose the address of a sign-in is; null: nobody's, or it is off. */
create function identity.find_sign_on(p_key text) returns uuid
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select o.msp_id from identity.single_sign_on o where o.sign_in_key = p_key and o.on_since is not null
$$;

/* Whether the context's MSP has sign-on, for whom a live session of it belongs to. */
create function identity.own_sign_on(p_session uuid)
returns table (is_on boolean, linked_at timestamptz, has_password boolean, opened_by text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select o.on_since is not null, i.linked_at, p.password_hash is not null, s.opened_by
  from identity.user_session s
  join identity.person p on p.person_id = s.person_id
  left join identity.single_sign_on o on o.msp_id = s.msp_id
  left join identity.sign_on_identity i on i.msp_id = s.msp_id and i.person_id = s.person_id and i.issuer = o.issuer
  where s.session_id = p_session and s.revoked_at is null and s.expires_at > now()
$$;

/* Remembers a browser that is sent to a provider, for ten minutes. p_link_session: of who links their account. */
create function identity.begin_sign_on(p_attempt_hash bytea, p_msp uuid, p_link_session uuid, p_return_to text) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  delete from identity.sign_on_attempt a where a.attempt_hash in (select o.attempt_hash from identity.sign_on_attempt o
    where o.expires_at < now() order by o.expires_at limit 20 for update skip locked);
  insert into identity.sign_on_attempt (attempt_hash, msp_id, link_session_id, return_to, expires_at)
    values (p_attempt_hash, p_msp, p_link_session, p_return_to, now() + interval '10 minutes');
end $$;

/* Takes a browser's attempt, once; no row: there is none of this MSP, or it took too long. */
create function identity.take_sign_on(p_attempt_hash bytea, p_msp uuid) returns table (link_session_id uuid, return_to text)
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  return query with taken as (
      delete from identity.sign_on_attempt a where a.attempt_hash = p_attempt_hash returning a.*
    )
    select t.link_session_id, t.return_to from taken t where t.msp_id = p_msp and t.expires_at > now();
end $$;

/* Whom the provider of the context's MSP (role set-up) knows by a subject; null: nobody. */
create function identity.person_of_subject(p_issuer text, p_subject text) returns uuid
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select i.person_id from identity.sign_on_identity i
  where i.msp_id = app.msp_id() and app.context_part(4) = 'set-up' and i.issuer = p_issuer and i.subject = p_subject
$$;

/*
 * Opens a session for whom the provider of the context's MSP vouched for (role set-up; the context names the person: who is known by the
 * subject, or else one to be made). p_role: what the groups give; null: nothing. Owners keep their role, whatever the groups say.
 * p_version: of the settings that this went by. Answers 'done' with the role and the one before (null: the person is new); 'no-role',
 * which ends what sessions the provider opened for the person; 'deactivated'; 'has-account' (somebody of the MSP signs in by password
 * with that e-mail: they have to link it themselves); 'changed' (the settings, or somebody was quicker).
 */
create function identity.open_session_by_sign_on(p_session uuid, p_version int, p_issuer text, p_subject text, p_role text,
  p_email text, p_name text, p_address inet, p_user_agent text, p_lifetime_seconds int)
returns table (outcome text, role text, role_before text)
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_msp uuid := app.msp_id();
  v_person uuid := app.context_part(3)::uuid;
  v_known uuid;
  v_member identity.membership;
begin
  if v_msp is null or v_person is null or app.context_part(4) is distinct from 'set-up' then
    raise exception 'no sealed context for sign-on' using errcode = '42501';
  end if;
  if p_role not in ('admin', 'technician', 'read-only') then raise exception 'no group gives such a role' using errcode = '23514'; end if;
  perform from identity.membership m where m.msp_id = v_msp order by m.person_id for update;
  perform from identity.single_sign_on o
    where o.msp_id = v_msp and o.version = p_version and o.issuer = p_issuer and o.on_since is not null for share;
  outcome := case when found then 'done' else 'changed' end;
  role := p_role;
  select i.person_id into v_known from identity.sign_on_identity i
    where i.msp_id = v_msp and i.issuer = p_issuer and i.subject = p_subject;
  select * into v_member from identity.membership m where m.msp_id = v_msp and m.person_id = v_known;
  if outcome = 'changed' or v_known <> v_person then outcome := 'changed';
  elsif v_member.revoked_at is not null then outcome := 'deactivated';
  elsif v_member.role = 'owner' then role := 'owner';
  elsif p_role is null or v_member.role in ('leader', 'auditor') then outcome := 'no-role';
  elsif v_known is null and exists (select from identity.membership m join identity.person p on p.person_id = m.person_id
    where m.msp_id = v_msp and p.email = p_email and p.password_hash is not null) then outcome := 'has-account';
  end if;
  if outcome <> 'done' then
    if outcome = 'no-role' and v_known is not null then perform identity.end_sign_ons(v_known); end if;
    perform audit.append_instance('sign-in.refused', v_known,
      jsonb_build_object('reason', 'sign-on-' || outcome, 'msp', v_msp, 'address', host(p_address)));
    return next;
    return;
  end if;
  if v_known is null then
    insert into identity.person (person_id, email, name) values (v_person, p_email, left(p_name, 200));
    insert into identity.membership (msp_id, person_id, role) values (v_msp, v_person, role);
    insert into identity.sign_on_identity (msp_id, issuer, subject, person_id) values (v_msp, p_issuer, p_subject, v_person);
    perform audit.append_instance('person.created', v_person, jsonb_build_object('msp', v_msp, 'role', role, 'by', 'single-sign-on'));
  else
    role_before := v_member.role;
    update identity.person p set email = p_email, name = left(p_name, 200)
      where p.person_id = v_person and p.password_hash is null and (p.email, p.name) is distinct from (p_email, left(p_name, 200));
    update identity.membership m set role = open_session_by_sign_on.role,
        client_ids = case when open_session_by_sign_on.role in ('technician', 'read-only') then m.client_ids end
      where m.msp_id = v_msp and m.person_id = v_person and m.role <> open_session_by_sign_on.role;
  end if;
  insert into identity.user_session (session_id, person_id, msp_id, aal, expires_at, user_agent, address, opened_by)
    values (p_session, v_person, v_msp, 1, clock_timestamp() + make_interval(secs => least(p_lifetime_seconds, 43200)),
      left(p_user_agent, 300), p_address, 'single-sign-on');
  perform audit.append_instance('sign-in.accepted', v_person, jsonb_build_object('session', p_session, 'msp', v_msp, 'aal', 1,
    'by', 'single-sign-on', 'address', host(p_address)));
  return next;
end $$;

/*
 * Links the person behind a live session, whom the context names, with a subject of the provider of the context's MSP. Answers 'done',
 * 'gone' (the session, or sign-on is off), 'taken' (somebody else is linked with it).
 */
create function identity.link_sign_on(p_session uuid, p_issuer text, p_subject text) returns text
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare v_person uuid;
begin
  perform from identity.membership m where m.msp_id = app.msp_id() order by m.person_id for update;
  v_person := identity.person_of_session(p_session);
  if v_person is distinct from app.context_part(3)::uuid
    or not exists (select from identity.user_session s join identity.membership m on m.msp_id = s.msp_id and m.person_id = s.person_id
      where s.session_id = p_session and s.msp_id = app.msp_id() and m.revoked_at is null
        and m.role in ('owner', 'admin', 'technician', 'read-only'))
    or not exists (select from identity.single_sign_on o
      where o.msp_id = app.msp_id() and o.issuer = p_issuer and o.on_since is not null) then return 'gone'; end if;
  if exists (select from identity.sign_on_identity i where i.msp_id = app.msp_id() and i.issuer = p_issuer and i.subject = p_subject
    and i.person_id <> v_person) then return 'taken'; end if;
  delete from identity.sign_on_identity i where i.msp_id = app.msp_id() and i.person_id = v_person and i.issuer = p_issuer;
  insert into identity.sign_on_identity (msp_id, issuer, subject, person_id) values (app.msp_id(), p_issuer, p_subject, v_person);
  perform audit.append_instance('person.sign-on-linked', v_person, jsonb_build_object('session', p_session, 'msp', app.msp_id()));
  return 'done';
end $$;

/* Unlinks whom the context names, who signs in by password then: it ends the sessions that the provider opened. False: no link, or no password. */
create function identity.unlink_sign_on(p_session uuid) returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare v_person uuid := identity.person_of_session(p_session);
begin
  if v_person is distinct from app.context_part(3)::uuid
    or not exists (select from identity.person p where p.person_id = v_person and p.password_hash is not null) then return false; end if;
  delete from identity.sign_on_identity i where i.msp_id = app.msp_id() and i.person_id = v_person;
  if not found then return false; end if;
  update identity.user_session s set revoked_at = now()
    where s.person_id = v_person and s.opened_by = 'single-sign-on' and s.revoked_at is null and s.session_id <> p_session;
  perform audit.append_instance('person.sign-on-unlinked', v_person, jsonb_build_object('session', p_session, 'msp', app.msp_id()));
  return true;
end $$;

-- What was there before, where an e-mail names an account with a password only.
create or replace function identity.begin_sign_in(p_email text, p_address inet)
returns table (retry_after_seconds int, person_id uuid, is_demo boolean, password_hash text, totp_secret bytea)
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_person identity.person;
  v_address text := 'address:' || identity.address_key(p_address);
  v_account text := 'account:' || identity.email_key(p_email);
  v_pair text := 'pair:' || identity.email_key(p_email) || ':' || identity.address_key(p_address);
  v_is_familiar boolean;
  v_wait int;
begin
  select * into v_person from identity.person p where p.email = p_email and p.password_hash is not null;
  v_is_familiar := exists (select from identity.user_session s where s.person_id = v_person.person_id
    and s.address = p_address and s.created_at > now() - interval '90 days');
  v_wait := identity.seconds_to_wait(v_address);
  if not v_is_familiar then v_wait := greatest(v_wait, identity.seconds_to_wait(v_account)); end if;
  v_wait := greatest(v_wait, identity.seconds_to_wait(v_pair));
  delete from identity.sign_in_throttle where subject in (
    select t.subject from identity.sign_in_throttle t where t.window_started_at < now() - interval '2 days'
      and t.subject not in (v_address, v_account, v_pair)
    order by t.window_started_at limit 20 for update skip locked);
  if v_wait > 0 then
    return query select v_wait, null::uuid, null::boolean, null::text, null::bytea;
  else
    perform identity.count_attempt(v_address, 50, 900, 30, 900);
    if not v_is_familiar then perform identity.count_attempt(v_account, 50, 3600, 30, 900); end if;
    perform identity.count_attempt(v_pair, 5, 86400, 2, 900);
    return query select 0, v_person.person_id, v_person.is_demo, v_person.password_hash, v_person.totp_secret;
  end if;
end $$;

create or replace function identity.create_person(p_person uuid, p_email text, p_name text, p_password_hash text,
  p_totp_secret bytea, p_role text, p_is_demo boolean, p_client_ids uuid[] default null)
returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_msp uuid := app.msp_id();
  v_by text := app.context_part(4);
begin
  if v_msp is null then raise exception 'no sealed context' using errcode = '42501'; end if;
  if not app.client_ok(null) or v_by is null or v_by not in ('worker', 'set-up', 'owner', 'admin')
    or (v_by = 'admin' and p_role = 'owner') then
    raise exception 'this context may not make such a person' using errcode = '42501';
  end if;
  insert into identity.person (person_id, email, name, password_hash, totp_secret, is_demo)
    values (p_person, p_email, p_name, p_password_hash, p_totp_secret, p_is_demo)
    on conflict (email) where password_hash is not null do nothing;
  if not found then return false; end if;
  insert into identity.membership (msp_id, person_id, role, client_ids) values (v_msp, p_person, p_role, p_client_ids);
  perform audit.append_instance('person.created', p_person, jsonb_build_object('msp', v_msp, 'role', p_role));
  return true;
end $$;

create or replace function identity.accept_invitation(p_token_hash bytea, p_name text, p_password_hash text, p_totp_secret bytea,
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
    values (v_person, v_invitation.email, p_name, p_password_hash, p_totp_secret, p_totp_step)
    on conflict (email) where password_hash is not null do nothing;
  if not found then return 'taken'; end if;
  update identity.invitation i set accepted_at = now() where i.invitation_id = v_invitation.invitation_id;
  insert into identity.membership (msp_id, person_id, role, client_ids)
    values (v_invitation.msp_id, v_person, v_invitation.role, v_invitation.client_ids);
  update identity.evidence_grant g set person_id = v_person where g.invitation_id = v_invitation.invitation_id;
  perform audit.append_instance('invitation.accepted', v_person,
    jsonb_build_object('msp', v_invitation.msp_id, 'invitation', v_invitation.invitation_id, 'role', v_invitation.role));
  return 'done';
end $$;

create or replace function identity.add_msp(p_name text, p_time_zone text, p_email text, p_invitation uuid, p_token_hash bytea,
  p_expires timestamptz)
returns text
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare v_earlier identity.invitation;
begin
  if app.msp_id() is null or app.context_part(4) is distinct from 'set-up' then
    raise exception 'no sealed context for set-up' using errcode = '42501';
  end if;
  if not identity.is_set_up() then return 'not-set-up'; end if;
  if exists (select from identity.person p where p.email = p_email and p.password_hash is not null) then return 'taken'; end if;
  update identity.invitation i set token_hash = p_token_hash, expires_at = p_expires
    where i.email = p_email and i.invited_by is null and i.accepted_at is null and i.revoked_at is null
    returning * into v_earlier;
  if found then
    perform audit.append_instance('msp.owner-invited-again', null,
      jsonb_build_object('msp', v_earlier.msp_id, 'invitation', v_earlier.invitation_id));
    return 'renewed';
  end if;
  insert into app.msp (msp_id, name, time_zone) values (app.msp_id(), p_name, p_time_zone);
  insert into identity.invitation (invitation_id, msp_id, email, role, token_hash, expires_at)
    values (p_invitation, app.msp_id(), p_email, 'owner', p_token_hash, p_expires);
  perform audit.append_instance('msp.added', null, jsonb_build_object('msp', app.msp_id(), 'invitation', p_invitation));
  return 'added';
end $$;

create or replace function identity.untold_refusals()
returns table (subject text, failures int, person_id uuid, email text, msp_id uuid)
language sql stable set search_path = pg_catalog, pg_temp as $$
  select t.subject, t.failures, p.person_id, p.email, identity.msp_of_person(p.person_id)
  from identity.sign_in_throttle t
  join identity.person p on identity.email_key(p.email) = split_part(t.subject, ':', 2) and p.password_hash is not null
  where t.failures >= 10 and (t.subject like 'pair:%' or t.subject like 'account:%' and t.failures >= 50)
    and t.window_started_at > now() - interval '1 day' and (t.told_at is null or t.told_at < t.window_started_at)
$$;

-- A provider answers for the second factor of whom it vouches for; an auditor comes with a code of their own.
create or replace function identity.resolve_session(p_session uuid, p_idle_seconds int)
returns table (person_id uuid, name text, email text, msp_id uuid, role text, client_ids uuid[], aal smallint,
  expires_at timestamptz, grant_id uuid, period_from text, period_to text, purpose text, grant_expires_at timestamptz,
  granted_by_name text)
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_seen timestamptz;
begin
  select p.person_id, p.name, p.email, s.msp_id, m.role,
      case when m.role = 'auditor' then g.client_ids when m.role = 'leader' then coalesce(m.client_ids, '{}') else m.client_ids end,
      s.aal, s.expires_at, s.last_seen_at, g.grant_id, g.period_from::text, g.period_to::text, g.purpose, g.grant_expires_at,
      g.granted_by_name
    into person_id, name, email, msp_id, role, client_ids, aal, expires_at, v_seen, grant_id, period_from, period_to, purpose,
      grant_expires_at, granted_by_name
    from identity.user_session s
    join identity.person p on p.person_id = s.person_id
    join identity.membership m on m.msp_id = s.msp_id and m.person_id = s.person_id and m.revoked_at is null
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

-- Who signs in by a provider only gets neither a password nor codes of their own.
create or replace function identity.change_password(p_session uuid, p_password_hash text) returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare v_person uuid := identity.person_of_session(p_session);
begin
  if v_person is null then return false; end if;
  update identity.person p set password_hash = p_password_hash where p.person_id = v_person and p.password_hash is not null;
  if not found then return false; end if;
  perform identity.revoke_other_sessions(p_session);
  perform audit.append_instance('person.password-changed', v_person, jsonb_build_object('session', p_session));
  return true;
end $$;

create or replace function identity.change_totp(p_session uuid, p_totp_secret bytea, p_totp_step bigint) returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare v_person uuid := identity.person_of_session(p_session);
begin
  if v_person is null or p_totp_secret is null or p_totp_step is null then return false; end if;
  update identity.person p set totp_secret = p_totp_secret, totp_last_step = p_totp_step
    where p.person_id = v_person and p.password_hash is not null;
  if not found then return false; end if;
  update identity.user_session s set aal = 2 where s.session_id = p_session;
  perform identity.revoke_other_sessions(p_session);
  perform audit.append_instance('person.authenticator-changed', v_person, jsonb_build_object('session', p_session));
  return true;
end $$;

drop function identity.list_members();
/* The people of the context's MSP, those who were shut out last, by name, at most 1,000; nobody to a scope of single clients. */
create function identity.list_members()
returns table (person_id uuid, name text, email text, role text, client_ids uuid[], has_totp boolean, signs_on boolean,
  last_sign_in_at timestamptz, revoked_at timestamptz)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select p.person_id, p.name, p.email, m.role, m.client_ids, p.totp_secret is not null,
    exists (select from identity.sign_on_identity i join identity.single_sign_on o on o.msp_id = i.msp_id and o.issuer = i.issuer
      where i.msp_id = m.msp_id and i.person_id = m.person_id and o.on_since is not null),
    (select max(s.created_at) from identity.user_session s where s.person_id = p.person_id and s.msp_id = m.msp_id),
    m.revoked_at
  from identity.membership m join identity.person p on p.person_id = m.person_id
  where m.msp_id = app.msp_id() and app.client_ok(null)
  order by m.revoked_at is not null, p.name, p.person_id limit 1000
$$;

alter table app.mail_outbox drop constraint mail_outbox_kind_check,
  add constraint mail_outbox_kind_check check (kind in ('invitation', 'recovery-code-used', 'password-changed',
    'authenticator-changed', 'recovery-codes-made', 'sign-in-locked', 'evidence-note', 'monthly-report', 'evidence-granted',
    'sign-on-linked'));

revoke all on function identity.may_manage_sign_on(), identity.read_sign_on(), identity.own_domains(), identity.end_sign_ons(uuid),
  identity.store_sign_on(text, text, text, bytea, text, text, text[], jsonb), identity.note_sign_on_test(int, text),
  identity.switch_sign_on(boolean), identity.sign_ons_of_domain(text), identity.find_sign_on(text), identity.own_sign_on(uuid),
  identity.begin_sign_on(bytea, uuid, uuid, text), identity.take_sign_on(bytea, uuid), identity.person_of_subject(text, text),
  identity.open_session_by_sign_on(uuid, int, text, text, text, text, text, inet, text, int),
  identity.link_sign_on(uuid, text, text), identity.unlink_sign_on(uuid), identity.list_members() from public;
grant execute on function identity.read_sign_on(), identity.own_domains(),
  identity.store_sign_on(text, text, text, bytea, text, text, text[], jsonb), identity.note_sign_on_test(int, text),
  identity.switch_sign_on(boolean), identity.sign_ons_of_domain(text), identity.find_sign_on(text), identity.own_sign_on(uuid),
  identity.begin_sign_on(bytea, uuid, uuid, text), identity.take_sign_on(bytea, uuid), identity.person_of_subject(text, text),
  identity.open_session_by_sign_on(uuid, int, text, text, text, text, text, inet, text, int),
  identity.link_sign_on(uuid, text, text), identity.unlink_sign_on(uuid), identity.list_members() to holdfast_web;
grant execute on function identity.list_members() to holdfast_worker;
reset role;
