-- Sign-in history: what was accepted is the sessions that are there; what was refused is kept beside the log, which nobody searches by person.
set role holdfast_owner;

create table identity.sign_in_refusal (
  refusal_id uuid primary key default gen_random_uuid(),
  person_id uuid not null references identity.person on delete cascade,
  at timestamptz not null default clock_timestamp(),
  reason text not null check (length(reason) between 1 and 60),
  address inet
);
create index sign_in_refusal_by_person on identity.sign_in_refusal (person_id, at);
create index user_session_by_msp on identity.user_session (msp_id, created_at);

/* Records a refused sign-in. The e-mail as typed is not kept: people type passwords into that field. */
create or replace function identity.record_refusal(p_person uuid, p_reason text, p_address inet) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  if p_person is not null then
    insert into identity.sign_in_refusal (person_id, reason, address) values (p_person, p_reason, p_address);
  end if;
  perform audit.append_instance('sign-in.refused', p_person,
    jsonb_build_object('reason', p_reason, 'address', host(p_address)));
end $$;

/* The same of somebody of the context's MSP (role set-up) whom its provider sent, which has written the log already. */
create function identity.keep_sign_on_refusal(p_reason text, p_address inet) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  insert into identity.sign_in_refusal (person_id, reason, address)
    select m.person_id, p_reason, p_address from identity.membership m
    where m.msp_id = app.msp_id() and m.person_id = app.context_part(3)::uuid and app.context_part(4) = 'set-up';
end $$;

/*
 * Sign-ins to the context's MSP, newest first, those before one of them (null: all), at most p_limit: of a person, who is the one whom the
 * context names; or of all its people (null), for its owner. how: 'password', 'code' (password and code), 'single-sign-on'; null: refused,
 * for the reason.
 */
create function identity.list_sign_ins(p_person uuid, p_before uuid, p_limit int)
returns table (sign_in_id uuid, at timestamptz, person_id uuid, name text, email text, how text, reason text, address text,
  user_agent text)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_before timestamptz := coalesce(
    (select s.created_at from identity.user_session s where s.session_id = p_before and s.msp_id = app.msp_id()),
    (select r.at from identity.sign_in_refusal r where r.refusal_id = p_before));
begin
  if app.msp_id() is null or not (coalesce(p_person = app.context_part(3)::uuid, false)
    or (app.client_ok(null) and app.context_part(4) = 'owner')) then
    raise exception 'this context may not see these sign-ins' using errcode = '42501';
  end if;
  return query
    select e.id, e.at, e.person, p.name, p.email, e.how, e.reason, host(e.address), e.agent from (
      (select s.session_id as id, s.created_at as at, s.person_id as person,
          case when s.opened_by = 'single-sign-on' then s.opened_by when s.aal = 2 then 'code' else 'password' end as how,
          null::text as reason, s.address, s.user_agent as agent
        from identity.user_session s
        where s.msp_id = app.msp_id() and (p_person is null or s.person_id = p_person)
          and (v_before is null or (s.created_at, s.session_id) < (v_before, p_before))
        order by s.created_at desc, s.session_id desc limit p_limit)
      union all
      (select r.refusal_id, r.at, r.person_id, null, r.reason, r.address, null
        from identity.sign_in_refusal r
        join identity.membership m on m.person_id = r.person_id and m.msp_id = app.msp_id()
        where (p_person is null or r.person_id = p_person)
          and (v_before is null or (r.at, r.refusal_id) < (v_before, p_before))
        order by r.at desc, r.refusal_id desc limit p_limit)
    ) e join identity.person p on p.person_id = e.person
    order by e.at desc, e.id desc limit p_limit;
end $$;

revoke all on function identity.keep_sign_on_refusal(text, inet), identity.list_sign_ins(uuid, uuid, int) from public;
grant execute on function identity.keep_sign_on_refusal(text, inet), identity.list_sign_ins(uuid, uuid, int)
  to holdfast_web;
reset role;
