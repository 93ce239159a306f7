#!/usr/bin/env node
// Made from verify.ts beside it by scripts/publish-verifier.mjs: checks a bundle of Holdfast's evidence log, offline.
//   node verify.mjs BUNDLE [--key PUBLIC_KEY]... [--witness FILE]... [--tsa-ca FILE]... [--certificate FILE]... [--json]

import fs2 from "node:fs";
import { pathToFileURL } from "node:url";

var Broken = class extends Error {
  where;
  constructor(file, seq, why) {
    super(why), this.where = { file, seq, why };
  }
};

var DIGITS = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0")), encoder = new TextEncoder(), decoder = new TextDecoder("utf-8", { ignoreBOM: !0 }), utf8 = (text) => encoder.encode(text), textOf = (bytes) => decoder.decode(bytes);
function toHex(bytes) {
  let text = "";
  for (let byte of bytes) text += DIGITS[byte];
  return text;
}
function fromHex(text) {
  let bytes = new Uint8Array(text.length / 2);
  for (let at = 0; at < bytes.length; at++)
    bytes[at] = digitOf(text.charCodeAt(2 * at)) * 16 + digitOf(text.charCodeAt(2 * at + 1));
  return bytes;
}
var digitOf = (code) => code < 58 ? code - 48 : code - 87;
function toBase64(bytes) {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}
function fromBase64(text) {
  return text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text) ? new Uint8Array() : Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}
function joined(...parts) {
  let whole2 = new Uint8Array(parts.reduce((length, part) => length + part.length, 0)), at = 0;
  for (let part of parts)
    whole2.set(part, at), at += part.length;
  return whole2;
}
function isSame(one, other) {
  return one.length === other.length && one.every((byte, index) => byte === other[index]);
}

var LINE_BYTES_MAX = 32 * 1024 * 1024;
async function readAll(files, name) {
  let entry = files.get(name);
  if (!entry) throw new Broken(name, null, "is missing");
  let parts = [];
  for await (let part of pieces(entry)) parts.push(part);
  return joined(...parts);
}
async function* pieces(entry) {
  try {
    yield* entry.read();
  } catch (error) {
    throw error instanceof Broken ? error : new Broken(entry.name, null, "cannot be read");
  }
}
var Lines = class {
  name;
  #pieces;
  #lines = [];
  #at = 0;
  #rest = new Uint8Array();
  constructor(files, name) {
    let entry = files.get(name);
    if (!entry) throw new Broken(name, null, "is missing");
    this.name = name, this.#pieces = pieces(entry);
  }
  /** Whether there is a next line at hand; if not, ask `fill`. */
  get isReady() {
    return this.#at < this.#lines.length;
  }
  next() {
    return this.#lines[this.#at++] ?? "";
  }
  /** Reads on; false: that was all. */
  async fill() {
    for (; !this.isReady; ) {
      let { value, done } = await this.#pieces.next();
      if (done && this.#rest.length > 0) throw new Broken(this.name, null, "ends within a line");
      if (done) return !1;
      let bytes = this.#rest.length > 0 ? joined(this.#rest, value) : value, end = bytes.lastIndexOf(10) + 1;
      if (this.#rest = bytes.slice(end), this.#rest.length > LINE_BYTES_MAX)
        throw new Broken(this.name, null, "has a line that is too long");
      this.#lines = end > 0 ? textOf(bytes.subarray(0, end - 1)).split(`
`) : [], this.#at = 0;
    }
    return !0;
  }
}, manifestsOf = (files) => [...files.keys()].filter((name) => /^META-INF\/ASiCManifest[^/]*\.xml$/.test(name));
function signatureNamed(manifest) {
  return /<(?:\w+:)?SigReference\b[^>]*?\bURI="([^"]+)"/.exec(manifest)?.[1] ?? null;
}
async function checkSums(files, { hasher }, report) {
  let manifests = manifestsOf(files), said = [], exempt = /* @__PURE__ */ new Set(["mimetype", ...manifests]);
  for (let name of files.keys())
    /(^|\/)SHA256SUMS$/.test(name) && (said.push(...await sumsIn(files, name)), manifests.length === 0 && exempt.add(name));
  let signed = [];
  for (let name of manifests) {
    let xml = textOf(await readAll(files, name));
    signed.push(...referencesIn(xml, name)), exempt.add(signatureNamed(xml) ?? "");
  }
  let digests = /* @__PURE__ */ new Map();
  for (let entry of files.values()) {
    let hash = hasher();
    for await (let piece of pieces(entry)) hash.update(piece);
    digests.set(entry.name, hash.hex());
  }
  for (let { file, digest, by } of [...said, ...signed]) {
    let found = digests.get(file);
    found === void 0 ? report({ file, seq: null, why: `is missing; ${by} lists it` }) : found !== digest && report({ file, seq: null, why: `was changed: its SHA-256 is not the one in ${by}` });
  }
  let listed = new Set((manifests.length > 0 ? signed : said).map(({ file }) => file)), list = manifests.length > 0 ? "is not in the signed manifest" : "is in no list of checksums";
  for (let file of files.keys())
    !listed.has(file) && !exempt.has(file) && report({ file, seq: null, why: list });
}
async function sumsIn(files, name) {
  let said = [], lines = new Lines(files, name);
  for (; lines.isReady || await lines.fill(); ) {
    let [, digest = "", file = ""] = /^([0-9a-f]{64}) [ *](.+)$/.exec(lines.next()) ?? [];
    if (file === "") throw new Broken(name, null, "has a line that is no checksum");
    said.push({ file: name.slice(0, -10) + file, digest, by: name });
  }
  return said;
}
var REFERENCE = /<(?:\w+:)?DataObjectReference\b[^>]*?\bURI="([^"]+)"[^>]*>([\s\S]*?)<\/(?:\w+:)?DataObjectReference>/g;
function referencesIn(xml, by) {
  return [...xml.matchAll(REFERENCE)].map(([, uri = "", inner = ""]) => {
    if (!inner.includes('xmlenc#sha256"')) throw new Broken(by, null, "has a digest that is not SHA-256");
    let digest = /<(?:\w+:)?DigestValue>\s*([A-Za-z0-9+/=]+)\s*</.exec(inner)?.[1] ?? "";
    return { file: fileOf(uri, by), digest: toHex(fromBase64(digest)), by };
  });
}
function fileOf(uri, by) {
  try {
    return decodeURIComponent(
      uri.replaceAll(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)))
    );
  } catch {
    throw new Broken(by, null, "names a file that cannot be read");
  }
}

function readDer(bytes) {
  let found = [];
  for (let at = 0; at < bytes.length; ) {
    let [tag = 0, first] = bytes.subarray(at, at + 2);
    if (first === void 0) throw new RangeError("cut off");
    let [length, start] = [first, at + 2];
    if (first > 127) {
      let size = first & 127;
      if (size === 0 || size > 4 || start + size > bytes.length) throw new RangeError("length");
      length = bytes.subarray(start, start + size).reduce((sum, byte) => sum * 256 + byte, 0), start += size;
    }
    if (start + length > bytes.length) throw new RangeError("cut off");
    found.push({ tag, raw: bytes.subarray(at, start + length), body: bytes.subarray(start, start + length) }), at = start + length;
  }
  return found;
}
var kids = (of) => of ? readDer(of.body) : [], oid = (of) => of ? toHex(of.body) : "", HASHES = {
  "608648016503040201": "sha256",
  "608648016503040202": "sha384",
  "608648016503040203": "sha512",
  "2a864886f70d01010b": "sha256",
  "2a864886f70d01010c": "sha384",
  "2a864886f70d01010d": "sha512",
  "2a8648ce3d040302": "sha256",
  "2a8648ce3d040303": "sha384",
  "2a8648ce3d040304": "sha512"
}, RSA = "2a864886f70d010101", CURVES = ["2a8648ce3d030107", "2b81040022"], idOf = (of) => toHex(of?.raw ?? new Uint8Array());
function readCertificate(raw) {
  let fields = kids(kids(readDer(raw)[0])[0]).filter(({ tag }) => tag !== 160), [serial, , issuer, validity, subject, spki] = fields, [from, to] = kids(validity).map(timeOf), names = kids(subject).flatMap((set) => kids(set).map((pair) => kids(pair))), common = names.find(([kind]) => oid(kind) === "550403") ?? names.at(-1), shown = textOf(common?.[1]?.body ?? new Uint8Array());
  return {
    raw,
    issuer: idOf(issuer),
    subject: idOf(subject),
    serial: idOf(serial),
    name: shown.replaceAll(/[\p{C}]/gu, "").slice(0, 200),
    spki: spki?.raw ?? new Uint8Array(),
    from: from ?? NaN,
    to: to ?? NaN
  };
}
function certificatesIn(text) {
  return [...text.matchAll(/-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----/g)].map(
    ([, inner = ""]) => readCertificate(Uint8Array.from(atob(inner.replaceAll(/\s/g, "")), (letter) => letter.charCodeAt(0)))
  );
}
function timeOf({ tag, body }) {
  let text = String.fromCharCode(...body.subarray(0, 40)), full = tag === 23 ? `${Number(text.slice(0, 2)) < 50 ? "20" : "19"}${text}` : text, [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\.\d+)?Z$/.exec(full) ?? [];
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}
async function signatureHolds(platform, spki, hash, signed, signature) {
  let [kind, curve] = kids(kids(readDer(spki)[0])[0]).map(oid);
  return kind !== RSA && !CURVES.includes(curve ?? "") ? !1 : platform.signatureHolds(spki, hash, signed, signature);
}
async function checkSigned(platform, signedData, { content, type }, hold) {
  let certificates = kids(signedData.find(({ tag }) => tag === 160)).map(
    ({ raw }) => readCertificate(raw)
  ), signers = kids(signedData.findLast(({ tag }) => tag === 49));
  hold(signers.length === 1, "is not signed by one");
  let [, name, digest, attributes, algorithm, signature] = kids(signers[0]), [issuer, serial] = kids(name).map(({ raw }) => toHex(raw)), certificate = certificates.find((one) => one.issuer === issuer && one.serial === serial);
  hold(certificate !== void 0, "does not hold the certificate of who signed it");
  let digestName = HASHES[oid(kids(digest)[0])];
  if (hold(attributes?.tag === 160 && digestName !== void 0, "is signed in an unknown way"), !certificate || !attributes || !digestName || !signature) throw new RangeError("cut off");
  let attribute = (kind) => kids(kids(kids(attributes).find((one) => oid(kids(one)[0]) === kind))[1])[0];
  hold(oid(attribute("2a864886f70d010903")) === type, "is signed as something else");
  let stated = attribute("2a864886f70d010904")?.body ?? new Uint8Array();
  hold(isSame(stated, await platform.digest(digestName, content)), "is not what was signed");
  let named = attribute("2a864886f70d010910022f");
  hold(
    !named || await isOf(platform, named, certificate),
    "is signed with another certificate than it says"
  );
  let signed = joined(Uint8Array.of(49), attributes.raw.subarray(1)), hash = HASHES[oid(kids(algorithm)[0])] ?? digestName;
  return hold(
    await signatureHolds(platform, certificate.spki, hash, signed, signature.body),
    "has a signature that does not hold"
  ), { certificate, certificates, isNamed: named !== void 0 };
}
async function isOf(platform, attribute, { raw }) {
  let id = kids(kids(kids(attribute)[0])[0]), hash = id[0]?.tag === 48 ? HASHES[oid(kids(id[0])[0])] : "sha256", stated = id.find(({ tag }) => tag === 4)?.body ?? new Uint8Array();
  return hash !== void 0 && isSame(stated, await platform.digest(hash, raw));
}

var ASIC = "application/vnd.etsi.asic-e+zip", DATA = "2a864886f70d010701", SIGNED_DATA = "2a864886f70d010702";
async function checkSignature(platform, files, expected) {
  let manifests = manifestsOf(files);
  if (manifests.length === 0) {
    if ((files.has("mimetype") ? textOf(await readAll(files, "mimetype")).trim() : "") === ASIC) throw new Broken("META-INF/", null, "the bundle should be signed, and is not");
    if (expected.length > 0) throw new Broken("META-INF/", null, "nothing here is signed with a certificate");
    return null;
  }
  if (manifests.length > 1) throw new Broken("META-INF/", null, "there is more than one manifest");
  let [name = ""] = manifests, manifest = await readAll(files, name), file = signatureNamed(textOf(manifest));
  if (file === null) throw new Broken(name, null, "names no signature");
  let certificate = await readSigner(platform, await readAll(files, file), manifest, file), trusted = expected.some(({ raw }) => isSame(raw, certificate.raw));
  if (expected.length > 0 && !trusted)
    throw new Broken(file, null, "is signed with another certificate than the one that you gave");
  return { name: certificate.name, certificate: platform.hex(certificate.raw), trusted };
}
async function readSigner(platform, signature, manifest, file) {
  let hold = (holds, why) => {
    if (!holds) throw new Broken(file, null, why);
  };
  try {
    let [kind, content] = kids(readDer(signature)[0]);
    hold(oid(kind) === SIGNED_DATA, "is no signature");
    let signedData = kids(kids(content)[0]), what = { content: manifest, type: DATA }, { certificate, isNamed } = await checkSigned(platform, signedData, what, hold);
    return hold(isNamed, "does not say which certificate signed it"), certificate;
  } catch (error) {
    throw error instanceof Broken ? error : new Broken(file, null, "is no signature that can be read");
  }
}

var TST_INFO = "2a864886f70d0109100104", TIME_STAMPING = "06082b06010505070308", NONE = new Uint8Array();
function infoOf(response) {
  let [status, content] = kids(readDer(response)[0]), signedData = kids(kids(kids(content)[1])[0]);
  return { status, signedData, info: kids(kids(signedData[2])[1])[0]?.body ?? NONE };
}
async function readStamp(platform, response, note, file, authorities) {
  let hold = (holds, why) => {
    if (!holds) throw new Broken(file, null, why);
  };
  try {
    let { status, signedData, info } = infoOf(response);
    hold(["00", "01"].includes(oid(kids(status)[0])), "was refused by the authority"), hold(oid(kids(signedData[2])[0]) === TST_INFO, "is no time-stamp");
    let stated = kids(readDer(info)[0]), [algorithm, imprint] = kids(stated[2]), hashName = HASHES[oid(kids(algorithm)[0])];
    hold(
      hashName !== void 0 && isSame(await platform.digest(hashName, note), imprint?.body ?? NONE),
      "is of other bytes than the note"
    );
    let time = timeOf(stated[4] ?? { tag: 0, raw: info, body: info }), what = { content: info, type: TST_INFO }, { certificate, certificates } = await checkSigned(platform, signedData, what, hold);
    hold(toHex(certificate.raw).includes(TIME_STAMPING), "is signed by somebody who may not time-stamp"), hold(
      time >= certificate.from && time <= certificate.to,
      "was made outside of the time of its certificate"
    );
    let trusted = authorities.length > 0;
    return trusted && hold(
      await isVouchedFor(platform, certificate, certificates, authorities, time),
      "is not by an authority that you trust"
    ), {
      at: new Date(time).toISOString(),
      by: certificate.name,
      certificate: platform.hex(certificate.raw),
      trusted
    };
  } catch (error) {
    throw error instanceof Broken ? error : new Broken(file, null, "is no time-stamp that can be read");
  }
}
async function isVouchedFor(platform, certificate, given, trusted, time) {
  let current = certificate;
  for (let depth = 0; depth < 6; depth++) {
    let subject = current;
    if (trusted.some(({ raw }) => isSame(raw, subject.raw))) return !0;
    let issuer;
    for (let one of [...trusted, ...given])
      !issuer && one.subject === subject.issuer && !isSame(one.raw, subject.raw) && (issuer = await issued(platform, one, subject, time) ? one : void 0);
    if (!issuer) return !1;
    current = issuer;
  }
  return !1;
}
async function issued(platform, issuer, subject, time) {
  let isAuthority = /0603551d13(0101ff)?04..30..0101ff/.test(toHex(issuer.raw)), [signed, algorithm, signature] = kids(readDer(subject.raw)[0]), hashName = HASHES[oid(kids(algorithm)[0])];
  return !isAuthority || !signed || !signature || !hashName || !(time >= issuer.from && time <= issuer.to) ? !1 : signatureHolds(platform, issuer.spki, hashName, signed.raw, signature.body.subarray(1));
}

var UNSIGNED = "nothing here is signed: there is no checkpoint", PROBLEMS_MAX = 20, CLOCK_MS_BACK_MAX = 5 * 6e4, INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/, HEX64 = /^[0-9a-f]{64}$/, UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
async function checkBundle(platform, files, known) {
  let problems = [], remarks = [], report = (problem) => {
    problems.length < PROBLEMS_MAX && problems.push(problem);
  };
  await attempt(report, () => checkSums(files, platform, report));
  let signer = await attempt(report, () => checkSignature(platform, files, known.certificates));
  signer && remarks.push(
    `the bundle is signed by '${signer.name}' (certificate ${signer.certificate})${signer.trusted ? ", which you gave" : "; anybody can make a certificate of that name: compare it with the one you were given"}`
  );
  let found = await checkLog(platform, files, known);
  found.problems.forEach(report);
  let { counts, anchor } = found;
  return verdictOf({ problems, remarks: [...remarks, ...found.remarks], counts, anchor, signer });
}
async function checkLog(platform, files, known) {
  let problems = [], remarks = [], counts = {}, anchor = await attempt(
    (problem) => problems.push(problem),
    async () => {
      let logs = [...files.keys()].filter((name) => /(^|\/)log\.json$/.test(name));
      if (logs.length !== 1)
        throw new Broken("log.json", null, `there are ${logs.length} of it instead of one`);
      let at = (logs[0] ?? "").slice(0, -8), log = await readLog(files, `${at}log.json`);
      return followLog({ platform, files, at, log, known, remarks, counts });
    }
  );
  return verdictOf({ problems, remarks, counts, anchor, signer: null });
}
async function attempt(report, work) {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Broken)) throw error;
    return report(error.where), null;
  }
}
function verdictOf(found) {
  let good = found.anchor ? "anchored" : "whole", verdict = found.problems.length > 0 ? "broken" : good;
  return { verdict, ...found, anchor: verdict === "anchored" ? found.anchor : null };
}
async function followLog(check) {
  let { at, log, known, remarks } = check, keys = [...check.files.keys()].some((name) => name.startsWith(`${at}checkpoints/`)) ? await readKeys(check) : [], { checkpoints, stamps } = await readCheckpoints(check, keys), witnesses = [];
  for (let { name, text } of known.witnesses)
    witnesses.push(await readWitness(check, name, text, keys, checkpoints));
  await walkChain(check, [...checkpoints, ...witnesses]);
  let last = checkpoints.at(-1);
  if (!last) throw new Broken(`${at}checkpoints/`, null, UNSIGNED);
  for (let key of new Set(checkpoints.map((one) => one.key)))
    remarks.push(
      `signed with the key ${key}${known.keys.includes(key) ? ", which you gave" : "; compare it with the one you were given"}`
    );
  let [first] = checkpoints;
  return remarks.push(
    log.first > 1 && first ? `the period begins at ${log.from}; the chain here begins after event ${log.first - 1}, which checkpoint ${first.id} of ${first.at} signed` : `the period begins at ${log.from}; the chain here begins with its first event`,
    `the last checkpoint here, ${last.id} of ${last.at}, reaches event ${last.seq}; the period ends at ${log.to}`
  ), log.last > last.seq && remarks.push(`${log.last - last.seq} events after it are chained, but not yet signed`), stamps.at(-1) ?? null;
}
function parsed(text, file, seq = null) {
  try {
    let value = JSON.parse(text);
    if (typeof value == "object" && value !== null && !Array.isArray(value))
      return value;
  } catch {
  }
  throw new Broken(file, seq, "is not the JSON that it should be");
}
var textOf2 = (value) => typeof value == "string" ? value : JSON.stringify(value ?? null), whole = (value) => Number.isSafeInteger(value) && Number(value) >= 0 ? Number(value) : -1;
async function readLog(files, file) {
  let said = parsed(textOf(await readAll(files, file)), file), [instance, msp, client] = [said.instance, said.msp, said.client], [from, to] = [said.from, said.to], [first, last] = [whole(said.first_seq), whole(said.last_seq)], [periodFirst, periodLast] = [whole(said.period_first_seq), whole(said.period_last_seq)];
  if (!(said.format === "holdfast-log/1" && (instance === null || typeof instance == "string" && /^[0-9a-f]{16}$/.test(instance)) && typeof msp == "string" && UUID.test(msp) && (client === null || typeof client == "string" && UUID.test(client)) && typeof from == "string" && typeof to == "string" && INSTANT.test(from) && INSTANT.test(to) && Date.parse(from) < Date.parse(to) && first >= 1 && last >= first - 1 && periodFirst >= first && periodLast <= last && periodLast >= 0)) throw new Broken(file, null, "does not say what this log is");
  return { file, instance, msp, client, from, to, first, last, periodFirst, periodLast };
}
async function readKeys({ platform, files, at, log, known, remarks }) {
  let file = `${at}keys.json`, said = parsed(textOf(await readAll(files, file)), file);
  if (said.format !== "holdfast-keys/1" || said.instance !== log.instance || !Array.isArray(said.keys))
    throw new Broken(file, null, "is not of this installation");
  let keys = [], isVouched = known.keys.length === 0;
  for (let one of said.keys) {
    let raw = fromBase64(textOf2(one.public_key)), [from, to] = [
      Date.parse(textOf2(one.from)),
      one.to === null ? 1 / 0 : Date.parse(textOf2(one.to))
    ], id = String(one.id);
    if (raw.length !== 32 || keyId(platform, log.instance, raw) !== id || !(from < to))
      throw new Broken(file, null, `key ${id} is not what it says`);
    let before = keys.at(-1);
    if (before && from < before.to)
      throw new Broken(file, null, `key ${id} begins before the one before it ends`);
    let shown = toBase64(raw), isTrusted = known.keys.includes(shown);
    if (before && !isTrusted) {
      let text = `holdfast/${log.instance}
next key ${id}
${shown}
from ${String(one.from)}
`;
      if (one.announcement === null)
        throw new Broken(file, null, `key ${id} was not announced by the key before it`);
      if (await signedText(platform, textOf2(one.announcement), log.instance, before.raw) !== text)
        throw new Broken(file, null, `key ${id} is not the one that the key before it announced`);
    }
    isVouched ||= isTrusted, isVouched ? keys.push({ id, raw, from, to }) : remarks.push(`the key ${shown} is older than the one that you gave, and not believed`);
  }
  if (keys.length === 0) throw new Broken(file, null, "the key that you gave is not among its keys");
  return keys;
}
function keyId({ hex }, instance, raw) {
  return hex(`holdfast/${instance}
`, Uint8Array.of(1), raw).slice(0, 8);
}
async function signedText(platform, note, instance, raw) {
  let [, text = "", name, signed = ""] = /^((?:[^\n]+\n)+)\n— (\S+) ([A-Za-z0-9+/]+=*)\n$/.exec(note) ?? [], bytes = fromBase64(signed);
  return !(name === `holdfast/${instance}` && bytes.length === 68 && toBase64(bytes) === signed) || toHex(bytes.subarray(0, 4)) !== keyId(platform, instance, raw) ? null : await platform.ed25519Holds(raw, utf8(text), bytes.subarray(4)) ? text : null;
}
var NOTE = /^holdfast\/([0-9a-f]{16})\n([1-9]\d{0,15})\n([1-9]\d{0,9})\n([A-Za-z0-9+/]{43}=)\nat (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)\nprev (none|[0-9a-f]{64})\n\n— /;
async function readCheckpoints(check, keys) {
  let { platform, files, at, known } = check, checkpoints = [], stamps = [], folder = `${at}checkpoints/`, before = null;
  for (let name of [...files.keys()].filter((one) => one.startsWith(folder)).toSorted()) {
    if (!/^\d{8}\.(note|path|tsr)$/.test(name.slice(folder.length)))
      throw new Broken(name, null, "is no part of a checkpoint");
    if (!name.endsWith(".note")) {
      if (!files.has(name.replace(/\.\w+$/, ".note")))
        throw new Broken(name, null, "belongs to no checkpoint");
      continue;
    }
    let bytes = await readAll(files, name), pathName = name.replace(".note", ".path"), note = { name, text: textOf(bytes) }, path2 = { name: pathName, text: textOf(await readAll(files, pathName)) }, { checkpoint, previous } = await provenCheckpoint(check, note, path2, keys);
    if (checkpoint.id !== Number(name.slice(-13, -5)))
      throw new Broken(name, null, "is another checkpoint than its name says");
    if (checkpoint.id === 1 && previous !== "none")
      throw new Broken(name, null, "is the first and yet follows another");
    if (before && checkpoint.id === before.id + 1 && previous !== before.hash)
      throw new Broken(name, null, "does not follow the checkpoint before it");
    let last = checkpoints.at(-1);
    if (last && (checkpoint.at <= last.at || checkpoint.seq < last.seq))
      throw new Broken(name, null, "goes back behind the checkpoint before it");
    if (last && checkpoint.seq === last.seq && checkpoint.head !== last.head)
      throw new Broken(name, null, `has another event ${last.seq} than the checkpoint before it`);
    checkpoints.push(checkpoint), before = { id: checkpoint.id, hash: platform.hex(bytes) };
    let stampName = name.replace(".note", ".tsr");
    if (files.has(stampName)) {
      let stamped = await readAll(files, stampName), stamp = await readStamp(platform, stamped, bytes, stampName, known.authorities);
      if (Date.parse(stamp.at) < Date.parse(checkpoint.at) - CLOCK_MS_BACK_MAX)
        throw new Broken(stampName, null, "is older than what it time-stamps");
      stamps.push({ ...stamp, seq: checkpoint.seq });
    }
  }
  return { checkpoints, stamps };
}
async function provenCheckpoint({ platform, log }, { name, text: note }, { name: pathName, text: pathText }, keys) {
  let [, instance, id = "", size = "", root, at = "", previous = ""] = NOTE.exec(note) ?? [];
  if (instance === void 0) throw new Broken(name, null, "is no checkpoint");
  if (instance !== log.instance) throw new Broken(name, null, "is of another installation");
  let time = Date.parse(at), key;
  for (let one of keys)
    !key && await signedText(platform, note, log.instance, one.raw) !== null && (key = one);
  if (!key) throw new Broken(name, null, "is not signed by a key that is believed");
  if (!(time >= key.from && time < key.to))
    throw new Broken(name, null, `is signed with key ${key.id} outside of its time`);
  let said = parsed(pathText, pathName), [seq, index, head, siblings] = [
    whole(said.seq),
    whole(said.index),
    String(said.head),
    said.path
  ];
  if (!(said.checkpoint === Number(id) && said.size === Number(size) && said.msp === log.msp && seq >= 1 && index >= 0) || !HEX64.test(head) || !Array.isArray(siblings) || !siblings.every((one) => HEX64.test(String(one))))
    throw new Broken(pathName, null, "is not of this checkpoint and log");
  let leaf = fromHex(log.msp.replaceAll("-", "") + seq.toString(16).padStart(16, "0") + head), path2 = siblings.map((one) => fromHex(String(one)));
  if (rootOf(platform, leaf, index, Number(size), path2) !== root)
    throw new Broken(pathName, null, "does not lead to the root that was signed");
  return { checkpoint: { id: Number(id), at, seq, head, key: toBase64(key.raw) }, previous };
}
function rootOf({ hex }, leaf, index, size, siblings) {
  if (index >= size) return null;
  let hashed = (...parts) => fromHex(hex(...parts)), [node, last, hash] = [index, size - 1, hashed(Uint8Array.of(0), leaf)];
  for (let sibling of siblings) {
    if (last === 0) return null;
    if (node % 2 === 1 || node === last)
      for (hash = hashed(Uint8Array.of(1), sibling, hash); node % 2 === 0 && node !== 0; ) [node, last] = [node / 2, Math.floor(last / 2)];
    else hash = hashed(Uint8Array.of(1), hash, sibling);
    [node, last] = [Math.floor(node / 2), Math.floor(last / 2)];
  }
  return last === 0 ? toBase64(hash) : null;
}
async function readWitness(check, file, mailed, keys, checkpoints) {
  let { log } = check, text = mailed.replaceAll(`\r
`, `
`), note = /^holdfast\/[0-9a-f]{16}\n(?:[^\n]+\n)+\n— \S+ \S+\n/m.exec(text)?.[0], pathText = /^\{.*\}$/m.exec(text)?.[0];
  if (!note || !pathText) throw new Broken(file, null, "holds no note with its path");
  let [named, path2] = [
    { name: file, text: note },
    { name: file, text: pathText }
  ], { checkpoint } = await provenCheckpoint(check, named, path2, keys), same = checkpoints.find(({ id }) => id === checkpoint.id);
  if (same && (same.at !== checkpoint.at || same.head !== checkpoint.head))
    throw new Broken(file, null, `is another checkpoint ${same.id} than the bundle's`);
  let later = checkpoints.find(
    ({ id, at }) => id < checkpoint.id != at < checkpoint.at && id !== checkpoint.id
  );
  if (later) throw new Broken(file, null, `does not fit in with checkpoint ${later.id} of the bundle`);
  if (checkpoint.seq > log.last && checkpoint.at < log.to)
    throw new Broken(
      file,
      checkpoint.seq,
      `knows ${checkpoint.seq} events within the period; the bundle ends with ${log.last}`
    );
  return checkpoint;
}
async function walkChain(check, marks) {
  let { files, at, log, counts, remarks } = check, { hex } = check.platform, name = `${at}events.jsonl`, heads = new Map(marks.map(({ seq: seq2, head }) => [seq2, head]));
  for (let mark of marks)
    if (heads.get(mark.seq) !== mark.head)
      throw new Broken(name, mark.seq, "two signed notes say different things of it");
  let count = (what) => {
    counts[what] = (counts[what] ?? 0) + 1;
  };
  for (let what of ["events", "shown", "withheld", "unproved", "erased", "values"]) counts[what] = 0;
  let values = new Lines(files, `${at}private.jsonl`), lines = new Lines(files, name), value = await nextValue(values), prev = log.first === 1 ? hex(`genesis:${log.msp}`) : heads.get(log.first - 1);
  if (prev === void 0)
    throw new Broken(name, log.first, "no checkpoint is level with the event before the first one");
  let [begin, end] = [Date.parse(log.from), Date.parse(log.to)], [seq, form, clock, outside, unknown, late] = [log.first - 1, 1, 0, 0, 0, 0];
  for (; lines.isReady || await lines.fill(); ) {
    let line = lines.next();
    seq++;
    let event = parsed(line, name, seq);
    if (event.seq !== seq)
      throw new Broken(name, seq, `is missing: ${String(event.seq).slice(0, 20)} stands in its place`);
    let hash = String(event.hash), broken = (why) => new Broken(name, seq, why);
    if (event.withheld === !0) {
      let tag = String(event.client_tag);
      if (event.form === 2) {
        if (form = 2, event.prev !== prev) throw broken("does not follow the event before");
        if (hash !== linkHash(check.platform, prev, tag, String(event.body_sha256)))
          throw broken("its hash is not over what it is said to be over");
        if (log.client !== null && tag === hex(`client:${log.client}:${prev}`)) {
          if (seq >= log.periodFirst && seq <= log.periodLast)
            throw broken("is of this client, but withheld");
          outside++;
        }
      } else {
        if (event.form !== 1 || form === 2 || !HEX64.test(hash))
          throw broken("is withheld in a form that it cannot have");
        heads.has(seq - 1) || count("unproved"), seq >= log.periodFirst && seq <= log.periodLast && unknown++;
      }
      if (log.client === null && seq >= log.periodFirst && seq <= log.periodLast)
        throw broken("is withheld from the whole log");
      count("withheld");
    } else {
      let text = String(event.body), body = parsed(text, name, seq), [said, client] = [body.v, body.client ?? null];
      if (said !== 2 && (said !== 1 || form === 2)) throw broken("has a form that it cannot have");
      said === 2 && (form = 2);
      let expected = said === 1 ? hex(text) : linkHash(
        check.platform,
        prev,
        hex(`client:${client === null ? "" : textOf2(client)}:${prev}`),
        hex(text)
      );
      if (body.prev !== prev) throw broken("does not follow the event before");
      if (expected !== hash) throw broken("its bytes are not those that its hash is over");
      if (body.msp !== log.msp || body.seq !== seq) throw broken("belongs elsewhere");
      let time = Date.parse(String(body.at));
      if (!(time > 0)) throw broken("has no time");
      if (seq < log.periodFirst || seq > log.periodLast)
        throw broken("is shown, though it is outside of the period");
      if (time < begin) throw broken(`was made before the period begins, at ${log.from}`);
      time >= end && (seq === log.periodLast || time >= end + CLOCK_MS_BACK_MAX) ? late = seq : time < end && (late = 0), time < clock - CLOCK_MS_BACK_MAX && remarks.push(`the clock went back by ${Math.round((clock - time) / 1e3)} s at event ${seq}`), clock = Math.max(clock, time);
      let commitments = Object.entries(body.private ?? {}), kept = /* @__PURE__ */ new Set();
      for (; value?.seq === seq; value = values.isReady ? readValue(values) : await nextValue(values)) {
        let { field, salt, text: given } = value;
        if (hex(fromHex(salt), given) !== commitments.find(([one]) => one === field)?.[1])
          throw broken(`the personal value '${field}' beside it is not the one that was there`);
        if (kept.has(field)) throw broken(`the personal value '${field}' is beside it twice`);
        kept.add(field), count("values");
      }
      counts.erased = (counts.erased ?? 0) + commitments.length - kept.size, count("shown");
    }
    count("events");
    let head = heads.get(seq);
    if (head !== void 0 && head !== hash) throw broken("is not the event that the checkpoint signed");
    prev = hash;
  }
  if (value) throw new Broken(`${at}private.jsonl`, value.seq, "is beside no event that is shown");
  if (late > 0) throw new Broken(name, late, `was made after the period ends, at ${log.to}`);
  let beyond = marks.find(
    (one) => one.seq > log.periodLast && Date.parse(one.at) < end - CLOCK_MS_BACK_MAX && log.last >= one.seq
  );
  if (beyond)
    throw new Broken(
      log.file,
      log.periodLast + 1,
      `is within the period: checkpoint ${beyond.id} of ${beyond.at} has signed it`
    );
  let signed = marks.filter((one) => one.seq > seq && (one.seq <= log.last || one.at < log.to)).at(-1);
  if (signed)
    throw new Broken(name, seq + 1, `is missing: checkpoint ${signed.id} has signed ${signed.seq} events`);
  if (seq !== log.last)
    throw new Broken(name, seq + 1, `is missing: ${log.file} says that ${log.last} is the last`);
  let of = (what) => counts[what] ?? 0;
  of("withheld") > 0 && remarks.push(
    `${of("withheld")} of ${of("events")} events are withheld: they are in the chain, and what they say is not shown`
  ), of("unproved") > 0 && remarks.push(
    `${of("unproved")} of those are of the older form: that they follow the event before is not proved`
  ), outside > 0 && remarks.push(`${outside} of those are of this client, but outside of the period`), log.periodLast < log.periodFirst ? remarks.push("no event was recorded within the period") : log.client !== null && unknown === 0 && remarks.push("none of the withheld ones within the period is of this client"), of("erased") > 0 && remarks.push(`${of("erased")} personal values were erased or not given`);
}
function linkHash({ hex }, prev, tag, body) {
  return !HEX64.test(tag) || !HEX64.test(body) ? null : hex(fromHex(`02${prev}${tag}${body}`));
}
async function nextValue(lines) {
  return lines.isReady || await lines.fill() ? readValue(lines) : null;
}
function readValue(lines) {
  let said = parsed(lines.next(), lines.name), [seq, field, salt, text] = [whole(said.seq), said.field, said.salt, said.value];
  if (seq < 1 || typeof field != "string" || typeof text != "string" || !HEX64.test(String(salt)))
    throw new Broken(lines.name, null, "has a line that is no value");
  return { seq, field, salt: String(salt), text };
}

import { createHash, createPublicKey, verify } from "node:crypto";
var spkiKey = (spki) => createPublicKey({ key: Buffer.from(spki), format: "der", type: "spki" }), NODE = {
  hex: (...parts) => {
    let hash = createHash("sha256");
    for (let part of parts) hash.update(part);
    return hash.digest("hex");
  },
  hasher: () => {
    let hash = createHash("sha256");
    return { update: (bytes) => {
      hash.update(bytes);
    }, hex: () => hash.digest("hex") };
  },
  digest: async (name, bytes) => createHash(name).update(bytes).digest(),
  ed25519Holds: async (key, signed, signature) => verify(null, signed, spkiKey(joined(fromHex("302a300506032b6570032100"), key)), signature),
  signatureHolds: async (spki, hash, signed, signature) => verify(hash, signed, spkiKey(spki), signature)
};

import fs from "node:fs";
import path from "node:path";
import { createInflateRaw } from "node:zlib";
function openBundle(bundle) {
  if (!fs.statSync(bundle).isDirectory()) return openZip(bundle);
  let files = /* @__PURE__ */ new Map();
  for (let one of fs.readdirSync(bundle, { withFileTypes: !0, recursive: !0 })) {
    let whole2 = path.join(one.parentPath, one.name), name = path.relative(bundle, whole2).split(path.sep).join("/");
    if (one.isFile()) files.set(name, { name, read: () => fs.createReadStream(whole2) });
    else if (!one.isDirectory()) throw new Broken(name, null, "is neither a file nor a folder");
  }
  return files;
}
async function* nothing() {
}
function openZip(bundle) {
  let broken = (why) => new Broken(path.basename(bundle), null, why), file = fs.openSync(bundle, "r"), { size } = fs.fstatSync(file), part = (start, length) => {
    if (start < 0 || start + length > size) throw broken("the zip is cut off");
    let bytes = Buffer.alloc(length);
    return fs.readSync(file, bytes, 0, length, start), bytes;
  }, tail = part(Math.max(0, size - 65557), Math.min(size, 65557)), end = tail.lastIndexOf("PK");
  if (end < 0 || end + 22 > tail.length) throw broken("this is no zip file");
  let count = tail.readUInt16LE(end + 10), directory = part(tail.readUInt32LE(end + 16), tail.readUInt32LE(end + 12)), files = /* @__PURE__ */ new Map();
  for (let at = 0, index = 0; index < count; index++) {
    if (at + 46 > directory.length || directory.readUInt32LE(at) !== 33639248)
      throw broken("its directory is damaged");
    let [flags, method] = [directory.readUInt16LE(at + 8), directory.readUInt16LE(at + 10)], [packed, nameLength] = [directory.readUInt32LE(at + 20), directory.readUInt16LE(at + 28)], name = directory.toString("utf8", at + 46, at + 46 + nameLength), start = directory.readUInt32LE(at + 42);
    if (at += 46 + nameLength + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32), name.endsWith("/")) continue;
    if (files.has(name)) throw new Broken(name, null, "is in the zip twice");
    let header = part(start, 30);
    if (header.readUInt32LE(0) !== 67324752 || part(start + 30, header.readUInt16LE(26)).toString() !== name)
      throw new Broken(name, null, "is another file than the directory of the zip says");
    if ((flags & 1) !== 0 || method !== 0 && method !== 8)
      throw new Broken(name, null, "is packed in an unknown way");
    let from = start + 30 + header.readUInt16LE(26) + header.readUInt16LE(28), read2 = () => {
      if (packed === 0) return nothing();
      let stored = fs.createReadStream(bundle, { start: from, end: from + packed - 1 });
      return method === 0 ? stored : stored.pipe(createInflateRaw());
    };
    files.set(name, { name, read: read2 });
  }
  return fs.closeSync(file), files;
}

var read = (files) => files.flatMap((file) => certificatesIn(fs2.readFileSync(file, "latin1")));
async function verify2(bundle, options) {
  let { keys, witnesses, authorities, certificates = [] } = options, known = {
    keys,
    witnesses: witnesses.map((name) => ({ name, text: fs2.readFileSync(name, "utf8") })),
    authorities: read(authorities),
    certificates: read(certificates)
  };
  try {
    return await checkBundle(NODE, openBundle(bundle), known);
  } catch (error) {
    if (!(error instanceof Broken)) throw error;
    let nothing2 = { remarks: [], counts: {}, anchor: null, signer: null };
    return { verdict: "broken", problems: [error.where], ...nothing2 };
  }
}
function verdictText({ verdict, problems, remarks, counts, anchor }) {
  let heading = () => {
    if (verdict === "broken") return "broken, here:";
    if (!anchor) return `whole: ${counts.events} events`;
    let proviso = anchor.trusted ? "" : `, if that authority's certificate (SHA-256 ${anchor.certificate}) is genuine`;
    return `whole and anchored outside at ${anchor.at} by ${anchor.by} up to event ${anchor.seq}: ${counts.events} events${proviso}`;
  }, places = problems.map(
    ({ file, seq, why }) => `  ${file}${seq === null ? "" : `, event ${seq}`}: ${why}`
  );
  return [heading(), ...places, ...remarks.map((one) => `  - ${one}`)].join(`
`);
}
async function main(args) {
  let given = {
    "--key": [],
    "--witness": [],
    "--tsa-ca": [],
    "--certificate": []
  }, bundles = [];
  for (let at = 0; at < args.length; at++) {
    let [word = "", next] = args.slice(at, at + 2);
    word in given && next !== void 0 ? given[word]?.push(args[++at] ?? "") : word !== "--json" && bundles.push(word);
  }
  let [bundle] = bundles;
  if (bundle === void 0 || bundles.length > 1 || bundle.startsWith("--") || !fs2.existsSync(bundle))
    return process.stderr.write(
      `node verify.mjs BUNDLE [--key PUBLIC_KEY] [--witness FILE] [--tsa-ca FILE] [--certificate FILE] [--json]
`
    ), 2;
  let { "--key": keys = [], "--witness": witnesses = [], "--tsa-ca": authorities = [] } = given, certificates = given["--certificate"] ?? [], verdict = await verify2(bundle, { keys, witnesses, authorities, certificates });
  return process.stdout.write(
    `${args.includes("--json") ? JSON.stringify(verdict, null, 1) : verdictText(verdict)}
`
  ), verdict.verdict === "broken" ? 1 : 0;
}
import.meta.url === pathToFileURL(process.argv[1] ?? "").href && (process.exitCode = await main(process.argv.slice(2)));
export {
  verify2 as verify
};
