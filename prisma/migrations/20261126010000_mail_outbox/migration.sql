-- Mail is written in the transaction of what it tells of, and sent by the worker afterwards.
set role holdfast_owner;

create table app.mail_outbox (
  msp_id uuid not null references app.msp,
  mail_id uuid not null,                                 -- its Message-ID, however often it is sent
  kind text not null check (kind in ('invitation', 'recovery-code-used', 'password-changed', 'authenticator-changed',
    'recovery-codes-made', 'sign-in-locked')),
  invitation_id uuid,                                    -- the invitation whose link it carries
  person_id uuid,                                        -- whom it tells something of their own account
  sealed bytea,                                          -- address, subject and text, AES-256-GCM by the application; gone once it is over
  state text not null default 'waiting' check (state in ('waiting', 'sent', 'failed', 'withdrawn')),
  attempts int not null default 0 check (attempts >= 0),
  created_at timestamptz not null default now(),
  next_try_at timestamptz not null default now(),        -- while one sends it: when another may
  give_up_at timestamptz not null,
  finished_at timestamptz,
  sent_via text check (sent_via in ('smtp', 'folder')),
  problem text check (problem in ('unreachable', 'unencrypted', 'sign-in-refused', 'deferred', 'refused', 'not-written',
    'unreadable')),                                      -- of the last attempt
  server_answer text check (length(server_answer) <= 300),
  primary key (msp_id, mail_id),
  check (sealed is null or state = 'waiting'),
  check (finished_at is null or state <> 'waiting'),
  check (sent_via is null or state = 'sent'),
  check (server_answer is null or problem is not null),
  check (invitation_id is null or kind = 'invitation')
);
create index mail_outbox_waiting on app.mail_outbox (msp_id, next_try_at) where state = 'waiting';
create index mail_outbox_by_invitation on app.mail_outbox (msp_id, invitation_id, created_at) where invitation_id is not null;
create index mail_outbox_by_person on app.mail_outbox (msp_id, person_id, created_at) where person_id is not null;

-- What the invitation itself knew until now, before nobody sees rows without a tenant any more.
insert into app.mail_outbox (msp_id, mail_id, kind, invitation_id, state, attempts, created_at, give_up_at, finished_at, sent_via)
  select i.msp_id, gen_random_uuid(), 'invitation', i.invitation_id, case when i.sent_at is null then 'failed' else 'sent' end, 1,
    i.created_at, i.created_at, coalesce(i.sent_at, i.created_at), case when i.sent_at is not null then 'smtp' end
  from identity.invitation i
  where i.accepted_at is null and i.revoked_at is null and i.invited_by is not null;

alter table app.mail_outbox enable row level security;
alter table app.mail_outbox force row level security;
create policy tenant on app.mail_outbox using (msp_id = app.msp_id()) with check (msp_id = app.msp_id());
grant select, insert on app.mail_outbox to holdfast_web, holdfast_worker;
grant update (state, sealed, finished_at) on app.mail_outbox to holdfast_web;
grant update (state, sealed, attempts, next_try_at, finished_at, sent_via, problem, server_answer) on app.mail_outbox
  to holdfast_worker;

alter table app.work_due drop constraint work_due_kind_check,
  add constraint work_due_kind_check check (kind in ('inbox', 'evaluation', 'mail'));

drop function identity.note_invitation_sent(bytea);
drop function identity.list_invitations();
/* The open invitations of the context's MSP, those that ran out too, newest first, at most 1,000. */
create function identity.list_invitations()
returns table (invitation_id uuid, email text, role text, client_ids uuid[], created_at timestamptz, expires_at timestamptz)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select i.invitation_id, i.email, i.role, i.client_ids, i.created_at, i.expires_at
  from identity.invitation i
  where i.msp_id = app.msp_id() and app.client_ok(null) and i.accepted_at is null and i.revoked_at is null
  order by i.created_at desc, i.invitation_id limit 1000
$$;

/* Gives an open invitation a new link, which makes the old one worthless; answers the e-mail, or null when there is none. */
create or replace function identity.renew_invitation(p_invitation uuid, p_token_hash bytea, p_expires timestamptz) returns text
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare v_email text;
begin
  update identity.invitation i set token_hash = p_token_hash, expires_at = p_expires
    where i.invitation_id = p_invitation and i.msp_id = app.msp_id() and identity.may_invite(i.role)
      and i.accepted_at is null and i.revoked_at is null
    returning i.email into v_email;
  return v_email;
end $$;
alter table identity.invitation drop column sent_at;

/* The MSP that a person signs in to; null: none. */
create function identity.msp_of_person(p_person uuid) returns uuid
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select m.msp_id from identity.membership m
  where m.person_id = p_person and m.revoked_at is null order by m.created_at, m.msp_id limit 1
$$;

-- Sign-in that waits is told by the worker, not by the sign-in: that one costs the same for e-mails that nobody has.
alter table identity.sign_in_throttle add column told_at timestamptz;
create index sign_in_throttle_refused on identity.sign_in_throttle (subject) where failures >= 10;
create index person_by_email_key on identity.person (identity.email_key(email));

/* Limits that a person ran into and was not told of since they began to count: 10 failures from one address, 50 from all. */
create function identity.untold_refusals()
returns table (subject text, failures int, person_id uuid, email text, msp_id uuid)
language sql stable set search_path = pg_catalog, pg_temp as $$
  select t.subject, t.failures, p.person_id, p.email, identity.msp_of_person(p.person_id)
  from identity.sign_in_throttle t
  join identity.person p on identity.email_key(p.email) = split_part(t.subject, ':', 2)
  where t.failures >= 10 and (t.subject like 'pair:%' or t.subject like 'account:%' and t.failures >= 50)
    and t.window_started_at > now() - interval '1 day' and (t.told_at is null or t.told_at < t.window_started_at)
$$;

/* The MSPs of people who are to be told that their sign-in waits. */
create function identity.msps_with_refusals() returns setof uuid
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select distinct u.msp_id from identity.untold_refusals() u where u.msp_id is not null
$$;

/*
 * Whom of the context's MSP (role worker) to tell that their sign-in waits, each once: how often it failed, and from which address
 * where one alone is to blame. Marks them as told.
 */
create function identity.take_refusals() returns table (person_id uuid, email text, failures int, address text)
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  if app.msp_id() is null or app.context_part(4) is distinct from 'worker' then
    raise exception 'no sealed context of the worker' using errcode = '42501';
  end if;
  perform from identity.sign_in_throttle t where t.subject in
    (select u.subject from identity.untold_refusals() u where u.msp_id = app.msp_id()) order by t.subject for update;
  return query
    with untold as materialized (select * from identity.untold_refusals() u where u.msp_id = app.msp_id()),
    told as (update identity.sign_in_throttle t set told_at = now() from untold u where t.subject = u.subject)
    select distinct on (u.person_id) u.person_id, u.email, u.failures,
      case when u.subject like 'pair:%' then nullif(regexp_replace(u.subject, '^pair:[^:]*:', ''), 'unknown') end
    from untold u order by u.person_id, u.failures desc, u.subject;
end $$;

revoke all on function identity.list_invitations(), identity.msp_of_person(uuid), identity.untold_refusals(),
  identity.msps_with_refusals(), identity.take_refusals() from public;
grant execute on function identity.list_invitations(), identity.msp_of_person(uuid) to holdfast_web;
grant execute on function identity.msps_with_refusals(), identity.take_refusals() to holdfast_worker;
reset role;
