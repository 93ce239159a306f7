#!/usr/bin/env python3
"""Checks a bundle of Holdfast's evidence log, offline: no network, no database, nothing but Python 3.9 or later.

    python3 verify.py BUNDLE [--key PUBLIC_KEY]... [--witness FILE]... [--tsa-ca FILE]... [--certificate FILE]... [--json]

A second implementation of the rules of check-log.ts, written apart from it; both agree on vectors/. Ed25519, RSA (PKCS#1 v1.5) and ECDSA
(P-256, P-384) are done here in plain Python: slow, and only ever used to check. Exit code 0: whole, 1: broken, 2: a wrong call.
"""
import base64
import hashlib
import json
import os
import re
import sys
import zipfile
import zlib
from datetime import datetime, timezone
from urllib.parse import unquote

PROBLEMS_MAX = 20
LINE_BYTES_MAX = 32 * 1024 * 1024
CLOCK_MS_BACK_MAX = 5 * 60_000
HEX64 = re.compile(r'[0-9a-f]{64}')
UUID = re.compile(r'[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}')
SUMS = 'SHA256SUMS'


class Broken(Exception):
    def __init__(self, file, seq, why):
        super().__init__(why)
        self.where = {'file': file, 'seq': seq, 'why': why}


def sha(*parts):
    return hashlib.sha256(b''.join(one.encode('utf-8', 'replace') if isinstance(one, str) else one for one in parts)).digest()


def hexsha(*parts):
    return sha(*parts).hex()


def is_hex64(value):
    return isinstance(value, str) and HEX64.fullmatch(value) is not None


def whole_number(value):
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return -1
    return int(value) if value >= 0 and value == int(value) and value < 2**53 else -1


def same_number(value, number):
    return value == number and not isinstance(value, bool)


INSTANT = re.compile(r'(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?Z', re.A)
EPOCH = datetime(1970, 1, 1)


def millis(text):
    """Milliseconds of an ISO 8601 instant in UTC; None: it is none."""
    found = INSTANT.fullmatch(text) if isinstance(text, str) else None
    if not found:
        return None
    try:
        since = datetime(*map(int, found.groups()[:6])) - EPOCH
    except ValueError:
        return None
    return (since.days * 86_400 + since.seconds) * 1000 + int((found[7] or '').ljust(3, '0')[:3])


def no_number(_text):
    raise ValueError('no JSON')


DECODE = json.JSONDecoder(parse_constant=no_number).decode


def parsed(text, file, seq=None):
    try:
        value = DECODE(text)
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise Broken(file, seq, 'is not the JSON that it should be')
    return value


def text_of(value):
    """A value as the other implementation would write it where a text is due."""
    if value is None:
        return 'null'
    return value if isinstance(value, str) else json.dumps(value)


# Files


class Folder:
    def __init__(self, root):
        self.root, self.names = root, []
        for at, folders, names in os.walk(root):
            for name in folders + names:
                path = os.path.join(at, name)
                shown = os.path.relpath(path, root).replace(os.sep, '/')
                if os.path.islink(path) or not (os.path.isfile(path) or os.path.isdir(path)):
                    raise Broken(shown, None, 'is neither a file nor a folder')
                if name in names:
                    self.names.append(shown)

    def pieces(self, name):
        with open(os.path.join(self.root, name), 'rb') as file:
            yield from iter(lambda: file.read(1 << 16), b'')


class Zip:
    def __init__(self, path):
        shown = os.path.basename(path)
        try:
            self.zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, ValueError, OverflowError, NotImplementedError):
            raise Broken(shown, None, 'this is no zip file') from None
        self.names = [one for one in self.zip.namelist() if not one.endswith('/')]
        for name in self.names:
            if self.names.count(name) > 1:
                raise Broken(name, None, 'is in the zip twice')
            if self.zip.getinfo(name).compress_type not in (0, 8):
                raise Broken(name, None, 'is packed in an unknown way')

    def pieces(self, name):
        try:
            with self.zip.open(name) as file:
                yield from iter(lambda: file.read(1 << 16), b'')
        except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError, OSError, ValueError):
            raise Broken(name, None, 'cannot be read') from None


def read_all(files, name):
    if name not in files.names:
        raise Broken(name, None, 'is missing')
    return b''.join(files.pieces(name))


def lines_of(files, name):
    if name not in files.names:
        raise Broken(name, None, 'is missing')
    rest = b''
    for piece in files.pieces(name):
        *lines, rest = (rest + piece).split(b'\n')
        for line in lines:
            yield line.decode('utf-8', 'replace')
        if len(rest) > LINE_BYTES_MAX:
            raise Broken(name, None, 'has a line that is too long')
    if rest:
        raise Broken(name, None, 'ends within a line')


ASIC = 'application/vnd.etsi.asic-e+zip'
REFERENCE = re.compile(r'<(?:\w+:)?DataObjectReference\b[^>]*?\bURI="([^"]+)"[^>]*>([\s\S]*?)</(?:\w+:)?DataObjectReference>')


def manifests_of(files):
    """Where there are ASiC manifests, they list every file, and are signed."""
    return [name for name in files.names if re.fullmatch(r'META-INF/ASiCManifest[^/]*\.xml', name)]


def signature_named(manifest):
    found = re.search(r'<(?:\w+:)?SigReference\b[^>]*?\bURI="([^"]+)"', manifest)
    return found[1] if found else None


def check_sums(files, report):
    sums, signed, manifests = [], [], manifests_of(files)
    exempt = {'mimetype', *manifests}
    for name in files.names:
        if name.rsplit('/', 1)[-1] == SUMS:
            for line in lines_of(files, name):
                found = re.fullmatch(r'([0-9a-f]{64}) [ *](.+)', line)
                if not found:
                    raise Broken(name, None, 'has a line that is no checksum')
                sums.append((name[: -len(SUMS)] + found[2], found[1], name))
            if not manifests:
                exempt.add(name)
    for name in manifests:
        xml = read_all(files, name).decode('utf-8', 'replace')
        for uri, inner in REFERENCE.findall(xml):
            if 'xmlenc#sha256"' not in inner:
                raise Broken(name, None, 'has a digest that is not SHA-256')
            digest = re.search(r'<(?:\w+:)?DigestValue>\s*([A-Za-z0-9+/=]+)\s*<', inner)
            signed.append((file_of(uri, name), from_base64(digest[1] if digest else '').hex(), name))
        exempt.add(signature_named(xml))
    digests = {}
    for name in files.names:
        whole = hashlib.sha256()
        for piece in files.pieces(name):
            whole.update(piece)
        digests[name] = whole.hexdigest()
    for file, digest, by in sums + signed:
        if file not in digests:
            report(file, f'is missing; {by} lists it')
        elif digests[file] != digest:
            report(file, f'was changed: its SHA-256 is not the one in {by}')
    listed = {file for file, _, _ in (signed if manifests else sums)}
    for file in files.names:
        if file not in listed and file not in exempt:
            report(file, 'is not in the signed manifest' if manifests else 'is in no list of checksums')


def file_of(uri, by):
    try:
        return unquote(re.sub(r'&#([0-9]+);', lambda found: chr(int(found[1])), uri), errors='strict')
    except (ValueError, OverflowError):
        raise Broken(by, None, 'names a file that cannot be read') from None


def check_signature(files, expected):
    """Who signed the bundle as a whole; None: it does not say that it is signed."""
    manifests = manifests_of(files)
    if not manifests:
        if 'mimetype' in files.names and read_all(files, 'mimetype').decode('utf-8', 'replace').strip() == ASIC:
            raise Broken('META-INF/', None, 'the bundle should be signed, and is not')
        if expected:
            raise Broken('META-INF/', None, 'nothing here is signed with a certificate')
        return None
    if len(manifests) > 1:
        raise Broken('META-INF/', None, 'there is more than one manifest')
    manifest = read_all(files, manifests[0])
    file = signature_named(manifest.decode('utf-8', 'replace'))
    if file is None:
        raise Broken(manifests[0], None, 'names no signature')

    def hold(holds, why):
        if not holds:
            raise Broken(file, None, why)

    signature = read_all(files, file)
    try:
        kind, content = kids(read_der(signature)[0])[:2]
        hold(oid(kind) == '2a864886f70d010702', 'is no signature')
        signed = check_signed(kids(nth(kids(content), 0)), manifest, '2a864886f70d010701', hold)
        hold(signed[2], 'does not say which certificate signed it')
    except (ValueError, IndexError, TypeError, KeyError):
        raise Broken(file, None, 'is no signature that can be read') from None
    trusted = any(one.raw == signed[0].raw for one in expected)
    hold(trusted or not expected, 'is signed with another certificate than the one that you gave')
    return {'name': signed[0].name, 'certificate': hexsha(signed[0].raw), 'trusted': trusted}


def from_base64(text):
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:
        return b''


# What the bundle says it is


class Log:
    def __init__(self, files, file):
        said = parsed(read_all(files, file).decode('utf-8', 'replace'), file)
        self.file = file
        self.instance, self.msp, self.client = (said.get(name) for name in ('instance', 'msp', 'client'))
        self.start, self.to = said.get('from'), said.get('to')
        self.begin, self.end = millis(self.start), millis(self.to)
        numbers = ('first_seq', 'last_seq', 'period_first_seq', 'period_last_seq')
        self.first, self.last, self.period_first, self.period_last = (whole_number(said.get(name)) for name in numbers)
        texts = [self.msp, '' if self.instance is None else self.instance, '' if self.client is None else self.client]
        if not (
            all(isinstance(one, str) for one in texts)
            and said.get('format') == 'holdfast-log/1'
            and (self.instance is None or re.fullmatch(r'[0-9a-f]{16}', self.instance))
            and UUID.fullmatch(self.msp)
            and (self.client is None or UUID.fullmatch(self.client))
            and self.begin is not None
            and self.end is not None
            and self.begin < self.end
            and self.first >= 1
            and self.last >= self.first - 1
            and self.period_first >= self.first
            and 0 <= self.period_last <= self.last
        ):
            raise Broken(file, None, 'does not say what this log is')

    def in_period(self, seq):
        return self.period_first <= seq <= self.period_last


def key_id(instance, raw):
    return sha(f'holdfast/{instance}\n', b'\x01', raw)[:4].hex()


def read_keys(files, file, log, trusted, remarks):
    said = parsed(read_all(files, file).decode('utf-8', 'replace'), file)
    if said.get('format') != 'holdfast-keys/1' or said.get('instance') != log.instance or not isinstance(said.get('keys'), list):
        raise Broken(file, None, 'is not of this installation')
    keys, vouched = [], not trusted
    for one in said['keys']:
        one = one if isinstance(one, dict) else {}
        raw, name = from_base64(text_of(one.get('public_key'))), text_of(one.get('id'))
        start, end = millis(one.get('from')), float('inf') if one.get('to') is None else millis(one.get('to'))
        if len(raw) != 32 or key_id(log.instance, raw) != name or start is None or end is None or not start < end:
            raise Broken(file, None, f'key {name} is not what it says')
        before = keys[-1] if keys else None
        if before and start < before['to']:
            raise Broken(file, None, f'key {name} begins before the one before it ends')
        public = base64.b64encode(raw).decode()
        is_trusted = public in trusted
        if before and not is_trusted:
            text = f'holdfast/{log.instance}\nnext key {name}\n{public}\nfrom {text_of(one.get("from"))}\n'
            if one.get('announcement') is None:
                raise Broken(file, None, f'key {name} was not announced by the key before it')
            if signed_text(text_of(one['announcement']), log.instance, before['raw']) != text:
                raise Broken(file, None, f'key {name} is not the one that the key before it announced')
        vouched = vouched or is_trusted
        if vouched:
            keys.append({'id': name, 'raw': raw, 'public': public, 'from': start, 'to': end})
        else:
            remarks.append(f'the key {public} is older than the one that you gave, and not believed')
    if not keys:
        raise Broken(file, None, 'the key that you gave is not among its keys')
    return keys


def signed_text(note, instance, raw):
    """The text of a signed note (C2SP signed-note) when the key signed it; else None."""
    found = re.fullmatch(r'((?:[^\n]+\n)+)\n\u2014 (\S+) ([A-Za-z0-9+/]+=*)\n', note)
    if not found or found[2] != f'holdfast/{instance}':
        return None
    signed = from_base64(found[3])
    if len(signed) != 68 or base64.b64encode(signed).decode() != found[3] or signed[:4].hex() != key_id(instance, raw):
        return None
    return found[1] if ed25519_holds(raw, found[1].encode(), signed[4:]) else None


# Checkpoints

NOTE = re.compile(
    r'holdfast/([0-9a-f]{16})\n([1-9][0-9]{0,15})\n([1-9][0-9]{0,9})\n([A-Za-z0-9+/]{43}=)\n'
    r'at ([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z)\nprev (none|[0-9a-f]{64})\n\n\u2014 '
)


def read_checkpoints(files, at, log, keys, authorities):
    checkpoints, stamps, folder, before = [], [], f'{at}checkpoints/', None
    for name in sorted(one for one in files.names if one.startswith(folder)):
        if not re.fullmatch(r'[0-9]{8}\.(note|path|tsr)', name[len(folder) :]):
            raise Broken(name, None, 'is no part of a checkpoint')
        stem = name.rsplit('.', 1)[0]
        if not name.endswith('.note'):
            if f'{stem}.note' not in files.names:
                raise Broken(name, None, 'belongs to no checkpoint')
            continue
        note, path = read_all(files, name), read_all(files, f'{stem}.path').decode('utf-8', 'replace')
        one, previous = proven(note.decode('utf-8', 'replace'), path, name, f'{stem}.path', log, keys)
        if one['id'] != int(stem[-8:]):
            raise Broken(name, None, 'is another checkpoint than its name says')
        if one['id'] == 1 and previous != 'none':
            raise Broken(name, None, 'is the first and yet follows another')
        if before and one['id'] == before[0] + 1 and previous != before[1]:
            raise Broken(name, None, 'does not follow the checkpoint before it')
        last = checkpoints[-1] if checkpoints else None
        if last and (one['at'] <= last['at'] or one['seq'] < last['seq']):
            raise Broken(name, None, 'goes back behind the checkpoint before it')
        if last and one['seq'] == last['seq'] and one['head'] != last['head']:
            raise Broken(name, None, f'has another event {last["seq"]} than the checkpoint before it')
        checkpoints.append(one)
        before = (one['id'], hexsha(note))
        if f'{stem}.tsr' in files.names:
            stamp = read_stamp(read_all(files, f'{stem}.tsr'), note, f'{stem}.tsr', authorities)
            if millis(stamp['at']) < millis(one['at']) - CLOCK_MS_BACK_MAX:
                raise Broken(f'{stem}.tsr', None, 'is older than what it time-stamps')
            stamps.append({**stamp, 'seq': one['seq']})
    return checkpoints, stamps


def proven(note, path, name, path_name, log, keys):
    found = NOTE.match(note)
    if not found:
        raise Broken(name, None, 'is no checkpoint')
    instance, number, size, root, at, previous = found.groups()
    if instance != log.instance:
        raise Broken(name, None, 'is of another installation')
    key = next((one for one in keys if signed_text(note, log.instance, one['raw']) is not None), None)
    if not key:
        raise Broken(name, None, 'is not signed by a key that is believed')
    time = millis(at)
    if time is None or not key['from'] <= time < key['to']:
        raise Broken(name, None, f'is signed with key {key["id"]} outside of its time')
    said = parsed(path, path_name)
    seq, index, head, siblings = whole_number(said.get('seq')), whole_number(said.get('index')), said.get('head'), said.get('path')
    usable = same_number(said.get('checkpoint'), int(number)) and same_number(said.get('size'), int(size)) and said.get('msp') == log.msp
    if not (usable and seq >= 1 and index >= 0 and is_hex64(head) and isinstance(siblings, list) and all(map(is_hex64, siblings))):
        raise Broken(path_name, None, 'is not of this checkpoint and log')
    leaf = bytes.fromhex(log.msp.replace('-', '')) + seq.to_bytes(8, 'big') + bytes.fromhex(head)
    if root_of(leaf, index, int(size), [bytes.fromhex(one) for one in siblings]) != root:
        raise Broken(path_name, None, 'does not lead to the root that was signed')
    return {'id': int(number), 'at': at, 'seq': seq, 'head': head, 'key': key['public']}, previous


def root_of(leaf, index, size, siblings):
    """RFC 9162, 2.1.3.2."""
    if index >= size:
        return None
    node, last, found = index, size - 1, sha(b'\x00', leaf)
    for sibling in siblings:
        if last == 0:
            return None
        if node % 2 == 1 or node == last:
            found = sha(b'\x01', sibling, found)
            while node % 2 == 0 and node != 0:
                node, last = node // 2, last // 2
        else:
            found = sha(b'\x01', found, sibling)
        node, last = node // 2, last // 2
    return base64.b64encode(found).decode() if last == 0 else None


def read_witness(file, log, keys, checkpoints):
    with open(file, encoding='utf-8', errors='replace', newline='') as opened:
        text = opened.read().replace('\r\n', '\n')
    note = re.search(r'^holdfast/[0-9a-f]{16}\n(?:[^\n]+\n)+\n\u2014 \S+ \S+\n', text, re.M)
    path = re.search(r'^\{.*\}$', text, re.M)
    if not note or not path:
        raise Broken(file, None, 'holds no note with its path')
    one, _ = proven(note[0], path[0], file, file, log, keys)
    for other in checkpoints:
        if other['id'] == one['id'] and (other['at'] != one['at'] or other['head'] != one['head']):
            raise Broken(file, None, f'is another checkpoint {other["id"]} than the bundle\'s')
    for other in checkpoints:
        if other['id'] != one['id'] and (other['id'] < one['id']) != (other['at'] < one['at']):
            raise Broken(file, None, f'does not fit in with checkpoint {other["id"]} of the bundle')
    if one['seq'] > log.last and one['at'] < log.to:
        raise Broken(file, one['seq'], f'knows {one["seq"]} events within the period; the bundle ends with {log.last}')
    return one


# The chain


def link_hash(prev, tag, body):
    return hexsha(b'\x02', bytes.fromhex(prev + tag + body)) if is_hex64(tag) and is_hex64(body) else None


def values_of(files, name):
    for line in lines_of(files, name):
        said = parsed(line, name)
        one = {'seq': whole_number(said.get('seq')), **{word: said.get(word) for word in ('field', 'salt', 'value')}}
        if one['seq'] < 1 or not is_hex64(one['salt']) or not all(isinstance(one[word], str) for word in ('field', 'value')):
            raise Broken(name, None, 'has a line that is no value')
        yield one


def walk_chain(files, at, log, marks, counts, remarks):
    name = f'{at}events.jsonl'
    heads = {mark['seq']: mark['head'] for mark in marks}
    for mark in marks:
        if heads[mark['seq']] != mark['head']:
            raise Broken(name, mark['seq'], 'two signed notes say different things of it')
    for what in ('events', 'shown', 'withheld', 'unproved', 'erased', 'values'):
        counts[what] = 0
    values = values_of(files, f'{at}private.jsonl')
    value = next(values, None)
    prev = hexsha(f'genesis:{log.msp}') if log.first == 1 else heads.get(log.first - 1)
    if prev is None:
        raise Broken(name, log.first, 'no checkpoint is level with the event before the first one')
    seq, form, clock, outside, unknown, late = log.first - 1, 1, 0, 0, 0, 0
    for line in lines_of(files, name):
        seq += 1
        event = parsed(line, name, seq)
        if not same_number(event.get('seq'), seq):
            raise Broken(name, seq, f'is missing: {text_of(event.get("seq"))[:20]} stands in its place')
        found = text_of(event.get('hash'))
        if event.get('withheld') is True:
            if same_number(event.get('form'), 2):
                form = 2
                if event.get('prev') != prev:
                    raise Broken(name, seq, 'does not follow the event before')
                if found != link_hash(prev, event.get('client_tag'), event.get('body_sha256')):
                    raise Broken(name, seq, 'its hash is not over what it is said to be over')
                if log.client is not None and event['client_tag'] == hexsha(f'client:{log.client}:{prev}'):
                    if log.in_period(seq):
                        raise Broken(name, seq, 'is of this client, but withheld')
                    outside += 1
            else:
                if not same_number(event.get('form'), 1) or form == 2 or not is_hex64(found):
                    raise Broken(name, seq, 'is withheld in a form that it cannot have')
                counts['unproved'] += 0 if seq - 1 in heads else 1
                unknown += 1 if log.in_period(seq) else 0
            if log.client is None and log.in_period(seq):
                raise Broken(name, seq, 'is withheld from the whole log')
            counts['withheld'] += 1
        else:
            text = text_of(event.get('body'))
            body = parsed(text, name, seq)
            said = 2 if same_number(body.get('v'), 2) else 1 if same_number(body.get('v'), 1) else 0
            if said == 0 or (said == 1 and form == 2):
                raise Broken(name, seq, 'has a form that it cannot have')
            form = said
            client = '' if body.get('client') is None else text_of(body['client'])
            expected = hexsha(text) if said == 1 else link_hash(prev, hexsha(f'client:{client}:{prev}'), hexsha(text))
            if body.get('prev') != prev:
                raise Broken(name, seq, 'does not follow the event before')
            if expected != found:
                raise Broken(name, seq, 'its bytes are not those that its hash is over')
            if body.get('msp') != log.msp or not same_number(body.get('seq'), seq):
                raise Broken(name, seq, 'belongs elsewhere')
            time = millis(body.get('at'))
            if time is None or time <= 0:
                raise Broken(name, seq, 'has no time')
            if not log.in_period(seq):
                raise Broken(name, seq, 'is shown, though it is outside of the period')
            if time < log.begin:
                raise Broken(name, seq, f'was made before the period begins, at {log.start}')
            if time >= log.end and (seq == log.period_last or time >= log.end + CLOCK_MS_BACK_MAX):
                late = seq
            elif time < log.end:
                late = 0
            if time < clock - CLOCK_MS_BACK_MAX:
                remarks.append(f'the clock went back by {(clock - time + 500) // 1000} s at event {seq}')
            clock = max(clock, time)
            commitments, kept = body.get('private') or {}, set()
            while value and value['seq'] == seq:
                field = value['field']
                if hexsha(bytes.fromhex(value['salt']), value['value']) != commitments.get(field):
                    raise Broken(name, seq, f"the personal value '{field}' beside it is not the one that was there")
                if field in kept:
                    raise Broken(name, seq, f"the personal value '{field}' is beside it twice")
                kept.add(field)
                counts['values'] += 1
                value = next(values, None)
            counts['erased'] += len(commitments) - len(kept)
            counts['shown'] += 1
        counts['events'] += 1
        if heads.get(seq, found) != found:
            raise Broken(name, seq, 'is not the event that the checkpoint signed')
        prev = found
    if value:
        raise Broken(f'{at}private.jsonl', value['seq'], 'is beside no event that is shown')
    if late:
        raise Broken(name, late, f'was made after the period ends, at {log.to}')
    for one in marks:
        # Clocks may differ by minutes: what a checkpoint signed well before the end of the period lies in it.
        if log.period_last < one['seq'] <= log.last and millis(one['at']) < log.end - CLOCK_MS_BACK_MAX:
            why = f'is within the period: checkpoint {one["id"]} of {one["at"]} has signed it'
            raise Broken(log.file, log.period_last + 1, why)
    signed = [one for one in marks if one['seq'] > seq and (one['seq'] <= log.last or one['at'] < log.to)]
    if signed:
        raise Broken(name, seq + 1, f'is missing: checkpoint {signed[-1]["id"]} has signed {signed[-1]["seq"]} events')
    if seq != log.last:
        raise Broken(name, seq + 1, f'is missing: {log.file} says that {log.last} is the last')
    if counts['withheld']:
        remarks.append(
            f'{counts["withheld"]} of {counts["events"]} events are withheld: they are in the chain, and what they say is not shown'
        )
    if counts['unproved']:
        remarks.append(f'{counts["unproved"]} of those are of the older form: that they follow the event before is not proved')
    if outside:
        remarks.append(f'{outside} of those are of this client, but outside of the period')
    if log.period_last < log.period_first:
        remarks.append('no event was recorded within the period')
    elif log.client is not None and unknown == 0:
        remarks.append('none of the withheld ones within the period is of this client')
    if counts['erased']:
        remarks.append(f'{counts["erased"]} personal values were erased or not given')


# Time-stamps (RFC 3161)

HASHES = {
    '608648016503040201': 'sha256', '608648016503040202': 'sha384', '608648016503040203': 'sha512',
    '2a864886f70d01010b': 'sha256', '2a864886f70d01010c': 'sha384', '2a864886f70d01010d': 'sha512',
    '2a8648ce3d040302': 'sha256', '2a8648ce3d040303': 'sha384', '2a8648ce3d040304': 'sha512',
}  # fmt: skip
TST_INFO = '2a864886f70d0109100104'
EMPTY = (0, b'', b'')


def read_der(data):
    """The elements one after another: tag, whole bytes, content."""
    found, at = [], 0
    while at < len(data):
        tag, length, start = data[at], data[at + 1], at + 2
        if length > 127:
            size = length & 127
            if not 0 < size <= 4 or start + size > len(data):
                raise ValueError('length')
            length, start = int.from_bytes(data[start : start + size], 'big'), start + size
        if start + length > len(data):
            raise ValueError('cut off')
        found.append((tag, data[at : start + length], data[start : start + length]))
        at = start + length
    return found


def kids(of):
    return read_der(of[2]) if of else []


def nth(elements, place):
    return elements[place] if place < len(elements) else EMPTY


def oid(of):
    return of[2].hex()


def time_of(of):
    text = of[2].decode('latin-1')
    if of[0] == 0x17:
        text = ('20' if text[:2].isdigit() and int(text[:2]) < 50 else '19') + text
    found = re.fullmatch(r'(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\.\d+)?Z', text)
    return millis('{}-{}-{}T{}:{}:{}Z'.format(*found.groups())) if found else None


class Certificate:
    def __init__(self, raw):
        self.raw, outer = raw, kids(read_der(raw)[0])
        self.signed, self.algorithm, self.signature = outer[0][1], oid(kids(outer[1])[0]), outer[2][2][1:]
        fields = [one for one in kids(outer[0]) if one[0] != 0xA0]
        self.serial, self.issuer, self.subject, self.key = fields[0][1], fields[2][1], fields[4][1], fields[5]
        self.start, self.end = (time_of(one) for one in kids(fields[3]))
        names = [kids(pair) for group in kids(fields[4]) for pair in kids(group)]
        common = next((one for one in names if oid(one[0]) == '550403'), names[-1] if names else [EMPTY, EMPTY])
        shown = common[1][2].decode('utf-8', 'replace')
        self.name = ''.join(one for one in shown if one.isprintable())[:200]

    def holds_at(self, time):
        return self.start is not None and self.end is not None and self.start <= time <= self.end

    def may_issue(self):
        return re.search(r'0603551d13(0101ff)?04..30..0101ff', self.raw.hex()) is not None


def check_signed(signed_data, content, kind, hold):
    """The signature of a CMS message by its signed attributes: whose certificate, all that are with it, and whether what is signed names it."""
    certificates = [Certificate(one[1]) for one in kids(next((one for one in signed_data if one[0] == 0xA0), EMPTY))]
    signers = kids([one for one in signed_data if one[0] == 0x31][-1])
    hold(len(signers) == 1, 'is not signed by one')
    signer = kids(signers[0])
    issuer, serial = [one[1] for one in kids(signer[1])][:2]
    certificate = next((one for one in certificates if one.issuer == issuer and one.serial == serial), None)
    hold(certificate, 'does not hold the certificate of who signed it')
    digest, attributes = HASHES.get(oid(kids(signer[2])[0])), signer[3]
    hold(attributes[0] == 0xA0 and digest, 'is signed in an unknown way')
    stated = {oid(kids(one)[0]): nth(kids(kids(one)[1]), 0) for one in reversed(kids(attributes))}
    hold(oid(stated.get('2a864886f70d010903', EMPTY)) == kind, 'is signed as something else')
    hold(stated.get('2a864886f70d010904', EMPTY)[2] == hashlib.new(digest, content).digest(), 'is not what was signed')
    named = stated.get('2a864886f70d010910022f')
    hold(named is None or names(named, certificate), 'is signed with another certificate than it says')
    by = HASHES.get(oid(kids(signer[4])[0]), digest)
    hold(signature_holds(certificate.key, by, b'\x31' + attributes[1][1:], signer[5][2]), 'has a signature that does not hold')
    return certificate, certificates, named is not None


def names(attribute, certificate):
    """Whether an attribute signing-certificate-v2 (RFC 5035) is of a certificate."""
    parts = kids(kids(kids(attribute)[0])[0])
    name = HASHES.get(oid(kids(parts[0])[0])) if parts[0][0] == 0x30 else 'sha256'
    stated = next((one[2] for one in parts if one[0] == 0x04), b'')
    return name is not None and stated == hashlib.new(name, certificate.raw).digest()


def read_stamp(response, note, file, authorities):
    def hold(holds, why):
        if not holds:
            raise Broken(file, None, why)

    try:
        status, content = kids(read_der(response)[0])[:2]
        hold(oid(nth(kids(status), 0)) in ('00', '01'), 'was refused by the authority')
        signed_data = kids(nth(kids(nth(kids(content), 1)), 0))
        encapsulated = kids(nth(signed_data, 2))
        info = nth(kids(nth(encapsulated, 1)), 0)[2]
        hold(oid(nth(encapsulated, 0)) == TST_INFO, 'is no time-stamp')
        stated = kids(read_der(info)[0])
        algorithm, imprint = kids(stated[2])
        name = HASHES.get(oid(kids(algorithm)[0]))
        hold(name and hashlib.new(name, note).digest() == imprint[2], 'is of other bytes than the note')
        time = time_of(stated[4])
        certificate, certificates, _ = check_signed(signed_data, info, TST_INFO, hold)
        hold('06082b06010505070308' in certificate.raw.hex(), 'is signed by somebody who may not time-stamp')
        hold(certificate.holds_at(time), 'was made outside of the time of its certificate')
        hold(not authorities or vouched_for(certificate, certificates, authorities, time), 'is not by an authority that you trust')
        at = datetime.fromtimestamp(time / 1000, timezone.utc).strftime('%Y-%m-%dT%H:%M:%S.000Z')
        return {'at': at, 'by': certificate.name, 'certificate': hexsha(certificate.raw), 'trusted': bool(authorities)}
    except (ValueError, IndexError, TypeError, KeyError):
        raise Broken(file, None, 'is no time-stamp that can be read') from None


def certificates_in(path):
    with open(path, encoding='latin-1') as file:
        found = re.findall(r'-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----', file.read())
    return [Certificate(base64.b64decode(one)) for one in found]


def vouched_for(certificate, given, trusted, time):
    for _ in range(6):
        if any(one.raw == certificate.raw for one in trusted):
            return True
        issuers = (one for one in trusted + given if one.subject == certificate.issuer and one.raw != certificate.raw)
        issuer = next((one for one in issuers if one.may_issue() and one.holds_at(time) and has_issued(one, certificate)), None)
        if issuer is None:
            return False
        certificate = issuer
    return False


def has_issued(issuer, certificate):
    name = HASHES.get(certificate.algorithm)
    return name is not None and signature_holds(issuer.key, name, certificate.signed, certificate.signature)


# Signatures

CURVES = {
    '2a8648ce3d030107': (2**256 - 2**224 + 2**192 + 2**96 - 1, 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B,
        0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551,
        (0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296, 0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5)),
    '2b81040022': (2**384 - 2**128 - 2**96 + 2**32 - 1,
        0xB3312FA7E23EE7E4988E056BE3F82D19181D9C6EFE8141120314088F5013875AC656398D8A2ED19D2A85C8EDD3EC2AEF,
        0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973,
        (0xAA87CA22BE8B05378EB1C71EF320AD746E1D3B628BA79B9859F741E082542A385502F25DBF55296C3A545E3872760AB7,
         0x3617DE4A96262C6F5D9E98BF9292DC29F8F41DBD289A147CE9DA3113B5F0B8C00A60B1CE1D7E819D7A431D7C90EA0E5F)),
}  # fmt: skip


def signature_holds(key, name, data, signature):
    """key: SubjectPublicKeyInfo."""
    algorithm, bits = kids(key)
    kinds, digest = [oid(one) for one in kids(algorithm)], hashlib.new(name, data).digest()
    if kinds[0] == '2a864886f70d010101':
        modulus, exponent = (int.from_bytes(one[2], 'big') for one in kids(read_der(bits[2][1:])[0]))
        size = (modulus.bit_length() + 7) // 8
        ids = {'sha256': ('01', '20'), 'sha384': ('02', '30'), 'sha512': ('03', '40')}[name]
        head = bytes.fromhex(f'30{0x11 + len(digest):02x}300d06096086480165030402{ids[0]}050004{ids[1]}') + digest
        expected = b'\x00\x01' + b'\xff' * (size - len(head) - 3) + b'\x00' + head
        value = int.from_bytes(signature, 'big')
        return len(signature) == size and value < modulus and pow(value, exponent, modulus).to_bytes(size, 'big') == expected
    if kinds[0] != '2a8648ce3d0201' or nth(kinds, 1) not in CURVES:
        return False
    p, b, n, base = CURVES[kinds[1]]
    size, point = (p.bit_length() + 7) // 8, bits[2][1:]
    if len(point) != 2 * size + 1 or point[0] != 4:
        return False
    public = (int.from_bytes(point[1 : size + 1], 'big'), int.from_bytes(point[size + 1 :], 'big'))
    r, s = (int.from_bytes(one[2], 'big') for one in kids(read_der(signature)[0]))
    if not (0 < r < n and 0 < s < n) or (public[1] ** 2 - public[0] ** 3 + 3 * public[0] - b) % p != 0:
        return False
    number = int.from_bytes(digest, 'big') >> max(0, len(digest) * 8 - n.bit_length())
    inverse = pow(s, -1, n)
    total = ec_add(ec_times(base, number * inverse % n, p), ec_times(public, r * inverse % n, p), p)
    return total is not None and total[0] % n == r


def ec_add(one, other, p):
    if one is None or other is None:
        return other if one is None else one
    if one[0] == other[0]:
        if (one[1] + other[1]) % p == 0:
            return None
        slope = 3 * (one[0] ** 2 - 1) * pow(2 * one[1], -1, p) % p
    else:
        slope = (other[1] - one[1]) * pow(other[0] - one[0], -1, p) % p
    x = (slope**2 - one[0] - other[0]) % p
    return x, (slope * (one[0] - x) - one[1]) % p


def ec_times(point, factor, p):
    total = None
    while factor:
        if factor & 1:
            total = ec_add(total, point, p)
        point, factor = ec_add(point, point, p), factor >> 1
    return total


P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
ROOT = pow(2, (P - 1) // 4, P)


def ed_point(data):
    """RFC 8032, 5.1.3; None: no point."""
    y = int.from_bytes(data, 'little')
    sign, y = y >> 255, y & (2**255 - 1)
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    x = P - x if x & 1 != sign else x
    return x, y, 1, x * y % P


def ed_add(one, other):
    a, b = (one[1] - one[0]) * (other[1] - other[0]) % P, (one[1] + one[0]) * (other[1] + other[0]) % P
    c, d = 2 * one[3] * other[3] * D % P, 2 * one[2] * other[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def ed_times(point, factor):
    total = (0, 1, 1, 0)
    while factor:
        if factor & 1:
            total = ed_add(total, point)
        point, factor = ed_add(point, point), factor >> 1
    return total


ED_BASE = ed_point((4 * pow(5, -1, P) % P).to_bytes(32, 'little'))


def ed25519_holds(raw, message, signature):
    key, s = ed_point(raw), int.from_bytes(signature[32:], 'little')
    start = ed_point(signature[:32])
    if key is None or start is None or s >= L:
        return False
    challenge = int.from_bytes(hashlib.sha512(signature[:32] + raw + message).digest(), 'little') % L
    left, right = ed_times(ED_BASE, s), ed_add(start, ed_times(key, challenge))
    return (left[0] * right[2] - right[0] * left[2]) % P == 0 and (left[1] * right[2] - right[1] * left[2]) % P == 0


# The command


def verify(bundle, trusted=(), witnesses=(), authorities=(), certificates=()):
    authorities, certificates = ([one for path in paths for one in certificates_in(path)] for paths in (authorities, certificates))
    problems, remarks, counts, anchor, signer = [], [], {}, None, None

    def report(file, why):
        if len(problems) < PROBLEMS_MAX:
            problems.append({'file': file, 'seq': None, 'why': why})

    def attempt(work):
        try:
            return work()
        except Broken as broken:
            if len(problems) < PROBLEMS_MAX:
                problems.append(broken.where)
            return None

    def check_log(files):
        logs = [one for one in files.names if one.rsplit('/', 1)[-1] == 'log.json']
        if len(logs) != 1:
            raise Broken('log.json', None, f'there are {len(logs)} of it instead of one')
        at = logs[0][: -len('log.json')]
        log = Log(files, logs[0])
        # Before the first checkpoint there is neither key nor installation to speak of: the chain is followed all the same.
        is_signed = any(name.startswith(f'{at}checkpoints/') for name in files.names)
        keys = read_keys(files, f'{at}keys.json', log, trusted, remarks) if is_signed else []
        checkpoints, stamps = read_checkpoints(files, at, log, keys, authorities)
        kept = [read_witness(one, log, keys, checkpoints) for one in witnesses]
        walk_chain(files, at, log, checkpoints + kept, counts, remarks)
        if not checkpoints:
            raise Broken(f'{at}checkpoints/', None, 'nothing here is signed: there is no checkpoint')
        first, last = checkpoints[0], checkpoints[-1]
        for key in dict.fromkeys(one['key'] for one in checkpoints):
            given = ', which you gave' if key in trusted else '; compare it with the one you were given'
            remarks.append(f'signed with the key {key}{given}')
        begins = f'the period begins at {log.start}; the chain here begins '
        if log.first > 1:
            remarks.append(f'{begins}after event {log.first - 1}, which checkpoint {first["id"]} of {first["at"]} signed')
        else:
            remarks.append(f'{begins}with its first event')
        remarks.append(f'the last checkpoint here, {last["id"]} of {last["at"]}, reaches event {last["seq"]}; the period ends at {log.to}')
        if log.last > last['seq']:
            remarks.append(f'{log.last - last["seq"]} events after it are chained, but not yet signed')
        return stamps[-1] if stamps else None

    files = attempt(lambda: Folder(bundle) if os.path.isdir(bundle) else Zip(bundle))
    if files:
        attempt(lambda: check_sums(files, report))
        signer = attempt(lambda: check_signature(files, certificates))
        if signer:
            proviso = '; anybody can make a certificate of that name: compare it with the one you were given'
            given = ', which you gave' if signer['trusted'] else proviso
            remarks.append(f"the bundle is signed by '{signer['name']}' (certificate {signer['certificate']}){given}")
        anchor = attempt(lambda: check_log(files))
    verdict = 'broken' if problems else 'anchored' if anchor else 'whole'
    anchor = anchor if verdict == 'anchored' else None
    return {'verdict': verdict, 'problems': problems, 'remarks': remarks, 'counts': counts, 'anchor': anchor, 'signer': signer}


def verdict_text(said):
    anchor, events = said['anchor'], said['counts'].get('events')
    if said['verdict'] == 'broken':
        heading = 'broken, here:'
    elif not anchor:
        heading = f'whole: {events} events'
    else:
        proviso = '' if anchor['trusted'] else f", if that authority's certificate (SHA-256 {anchor['certificate']}) is genuine"
        heading = f'whole and anchored outside at {anchor["at"]} by {anchor["by"]} up to event {anchor["seq"]}: {events} events{proviso}'
    places = [f'  {one["file"]}{"" if one["seq"] is None else ", event " + str(one["seq"])}: {one["why"]}' for one in said['problems']]
    return '\n'.join([heading, *places, *(f'  - {one}' for one in said['remarks'])])


def main(args):
    given, bundles, at = {'--key': [], '--witness': [], '--tsa-ca': [], '--certificate': []}, [], 0
    while at < len(args):
        if args[at] in given and at + 1 < len(args):
            given[args[at]].append(args[at + 1])
            at += 1
        elif args[at] != '--json':
            bundles.append(args[at])
        at += 1
    if len(bundles) != 1 or bundles[0].startswith('--') or not os.path.exists(bundles[0]):
        print('python3 verify.py BUNDLE [--key PUBLIC_KEY] [--witness FILE] [--tsa-ca FILE] [--certificate FILE] [--json]', file=sys.stderr)
        return 2
    said = verify(bundles[0], given['--key'], given['--witness'], given['--tsa-ca'], given['--certificate'])
    print(json.dumps(said, ensure_ascii=False, indent=1) if '--json' in args else verdict_text(said))
    return 1 if said['verdict'] == 'broken' else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
