// SPDX-License-Identifier: GPL-3.0-or-later
// A JsSIP user agent that a test drives from outside: every session with its events in order, and what its RTCPeerConnection counts.
/* global JsSIP */

const party = { ua: null, calls: [], events: [], reinvites: [] };

// What goes through the user agent's socket can be kept back from a message on, so that two messages cross for certain.
const gate = { patterns: {}, kept: { in: [], out: [] } };

gate.pass = (direction, text, go) => {
  const kept = gate.kept[direction];
  if (kept.length > 0 || gate.patterns[direction]?.test(text))
    kept.push(go);
  else
    go();
};

window.WebSocket = class extends WebSocket {
  send (text) {
    gate.pass('out', text, () => super.send(text));
  }

  set onmessage (listener) {
    super.onmessage = event => gate.pass('in', event.data, () => listener(event));
  }
};

party.keep = (direction, pattern) => {
  gate.patterns[direction] = new RegExp(pattern);
};

party.kept = direction => gate.kept[direction].length;

party.release = () => {
  gate.patterns = {};
  for (const kept of Object.values(gate.kept))
    kept.splice(0).forEach(go => go());
};

// What of an event's data can leave the page.
function sketch (data) {
  const { originator, cause, message, response, request } = data ?? {};
  const sip = message ?? response;
  const details = { originator, cause, status: sip?.status_code, reasonPhrase: sip?.reason_phrase };
  if (data?.dtmf)
    Object.assign(details, { tone: data.dtmf.tone, duration: data.dtmf.duration });
  if (data?.info)
    Object.assign(details, { contentType: data.info.contentType, body: data.info.body });
  if (data?.sdp)
    Object.assign(details, { type: data.type, sdp: data.sdp });
  if (request?.getHeader)
    Object.assign(details, { method: request.method, referTo: request.getHeader('Refer-To'), from: request.getHeader('From') });
  return JSON.parse(JSON.stringify(details));
}

const sessionEvents = ['connecting', 'sending', 'progress', 'accepted', 'confirmed', 'ended', 'failed', 'newDTMF', 'newInfo', 'hold', 'unhold', 'muted', 'unmuted',
  'reinvite', 'update', 'refer', 'replaces', 'sdp', 'getusermediafailed', 'peerconnection:createofferfailed', 'peerconnection:createanswerfailed',
  'peerconnection:setlocaldescriptionfailed', 'peerconnection:setremotedescriptionfailed'];

function watchConnection (connection) {
  connection.addEventListener('track', ({ track, streams }) => {
    const stream = streams[0] ?? new MediaStream([track]);
    document.getElementById(track.kind === 'video' ? 'picture' : 'sound').srcObject = stream;
  });
}

function adopt (session, originator) {
  const call = { session, originator, events: [], followed: [] };
  party.calls.push(call);
  session.on('sdp', data => party.onSdp?.(data));
  for (const name of sessionEvents)
    session.on(name, data => call.events.push({ name, ...sketch(data) }));
  session.on('refer', data => party.refusal ? data.reject(party.refusal) : data.accept(other => call.followed.push(adopt(other, 'local'))));
  session.on('replaces', data => data.accept(other => {
    call.followed.push(adopt(other, 'remote'));
    other.answer(party.media({ video: false }));
  }));
  session.on('peerconnection', ({ peerconnection }) => watchConnection(peerconnection));
  if (session.connection)
    watchConnection(session.connection);
  return party.calls.length - 1;
}

party.start = configuration => {
  JsSIP.debug.disable();
  const { url, ...rest } = configuration;
  party.ua = new JsSIP.UA({ sockets: [new JsSIP.WebSocketInterface(url)], session_timers: false, register_expires: 300, ...rest });
  for (const name of ['connected', 'disconnected', 'registered', 'unregistered', 'registrationFailed', 'newMessage', 'newOptions'])
    party.ua.on(name, data => party.events.push({ name, ...sketch(data), body: data?.request?.body, from: data?.request?.getHeader?.('From') }));
  party.ua.on('newRTCSession', ({ originator, session, request }) => {
    if (!party.calls.some(call => call.session === session))
      adopt(session, originator);
    party.onSession?.({ originator, session, request });
  });
  party.ua.start();
};

party.media = ({ audio = true, video = true, pcConfig = {}, ...options } = {}) => ({
  mediaConstraints: { audio, video: video && { width: 640, height: 480, frameRate: 30 } },
  pcConfig: { iceServers: [], ...pcConfig },
  ...options,
});

party.call = (target, options) => {
  const session = party.ua.call(target, party.media(options));
  return party.calls.findIndex(call => call.session === session);
};

// An INVITE without an offer (RFC 3261 §13.2.1), which JsSIP itself never sends: the answer goes out in the ACK.
party.callWithoutOffer = (target, options) => {
  const index = party.call(target, options);
  const { session } = party.calls[index];
  const { connection } = session;
  session.on('sending', ({ request }) => {
    request.body = null;
    delete request.headers['Content-Type'];
  });
  connection.setRemoteDescription = async ({ sdp }) => {
    delete connection.setRemoteDescription;
    await connection.setLocalDescription({ type: 'rollback' });
    await connection.setRemoteDescription({ type: 'offer', sdp });
    await connection.setLocalDescription(await connection.createAnswer());
    while (connection.iceGatheringState !== 'complete')
      await new Promise(resolve => connection.addEventListener('icegatheringstatechange', resolve, { once: true }));
  };
  const send = session.sendRequest;
  session.sendRequest = (method, options) => method !== 'ACK' ? send.call(session, method, options)
    : send.call(session, method, { extraHeaders: ['Content-Type: application/sdp'], body: connection.localDescription.sdp });
  return index;
};

// A re-INVITE with the present description, whatever else is under way; its end is the session's event "offered".
party.offerAgain = index => {
  const { session, events } = party.calls[index];
  const ended = response => events.push({ name: 'offered', status: response.status_code });
  session.sendRequest('INVITE', {
    extraHeaders: [`Contact: ${session.contact}`, 'Content-Type: application/sdp'],
    body: session.connection.localDescription.sdp,
    eventHandlers: {
      onSuccessResponse: response => {
        session.sendRequest('ACK');
        ended(response);
      },
      onErrorResponse: ended,
    },
  });
};

// JsSIP says 491 to an offer that crosses its own and takes it all the same, which undoes its own: then no answer to its repeat saves the
// call. An application that says no itself keeps its offer, also while that is being made.
party.refuseWhileOffering = index => {
  const { session } = party.calls[index];
  session.on('reinvite', data => {
    if (!session._rtcReady || session.connection.signalingState === 'have-local-offer')
      data.reject({ status_code: 491 });
  });
};

party.removeVideo = index => {
  const { connection } = party.calls[index].session;
  connection.removeTrack(connection.getSenders().find(({ track }) => track?.kind === 'video'));
};

party.addVideoAgain = async index => {
  const { session } = party.calls[index];
  const transceiver = session.connection.getTransceivers().find(({ receiver }) => receiver.track.kind === 'video');
  const stream = await navigator.mediaDevices.getUserMedia({ video: { width: 640, height: 480 } });
  transceiver.direction = 'sendrecv';
  await transceiver.sender.replaceTrack(stream.getVideoTracks()[0]);
  session.renegotiate();
};

// A REFER, with what its subscription says among the session's events as "refer accepted" and so on.
party.refer = (index, target, replaced) => {
  const { session, events } = party.calls[index];
  const subscriber = session.refer(target, replaced === undefined ? {} : { replaces: party.calls[replaced].session });
  for (const name of ['requestSucceeded', 'requestFailed', 'trying', 'progress', 'accepted', 'failed'])
    subscriber.on(name, ({ status_line: line, response }) => events.push({ name: `refer ${name}`, status: line?.status_code ?? response?.status_code }));
};

party.answer = (index, options) => party.calls[index].session.answer(party.media(options));

// The counters of a call's connection, by kind.
party.statistics = async index => {
  const result = { receiving: {}, sending: {} };
  const report = await party.calls[index].session.connection.getStats();
  for (const entry of report.values()) {
    const codec = report.get(entry.codecId)?.mimeType;
    if (entry.type === 'inbound-rtp') {
      // A source that came anew, as after an ICE restart, stands beside the one before.
      const { packets = 0, lost = 0, frames = 0, level = 0 } = result.receiving[entry.kind] ?? {};
      result.receiving[entry.kind] = { codec, packets: packets + entry.packetsReceived, lost: lost + entry.packetsLost,
        frames: frames + (entry.framesDecoded ?? 0), level: Math.max(level, entry.audioLevel ?? 0) };
    } else if (entry.type === 'outbound-rtp') {
      result.sending[entry.kind] = { codec, packets: entry.packetsSent, frames: entry.framesEncoded };
    } else if (entry.type === 'candidate-pair' && entry.nominated && entry.state === 'succeeded') {
      result.pair = `${report.get(entry.localCandidateId)?.candidateType} ${report.get(entry.remoteCandidateId)?.candidateType}`;
    } else if (entry.type === 'transport') {
      const working = [...report.values()].filter(({ type, state }) => type === 'candidate-pair' && state === 'succeeded');
      Object.assign(result, { dtls: entry.dtlsState, ufrag: entry.iceLocalUsernameFragment,
        working: working.map(({ localCandidateId }) => report.get(localCandidateId)?.usernameFragment) });
    }
  }
  return result;
};

// How loud the sound is that a call receives: of its newest source, should there have been others before.
party.level = async index => {
  const report = await party.calls[index].session.connection.getStats();
  return [...report.values()].filter(({ type, kind }) => type === 'inbound-rtp' && kind === 'audio').at(-1)?.audioLevel ?? 0;
};

// The mean brightness of the remote picture, 0 to 255; -1 without one.
party.brightness = () => {
  const picture = document.getElementById('picture');
  if (!picture.videoWidth)
    return -1;
  const canvas = new OffscreenCanvas(32, 24);
  const context = canvas.getContext('2d');
  context.drawImage(picture, 0, 0, 32, 24);
  const { data } = context.getImageData(0, 0, 32, 24);
  return data.reduce((sum, value, i) => i % 4 === 3 ? sum : sum + value, 0) / (32 * 24 * 3);
};

// Writes down the keys whose two frequencies (ITU-T Q.23) are heard, each when it begins; party.heard grows.
party.listen = index => {
  const rows = [697, 770, 852, 941];
  const columns = [1209, 1336, 1477, 1633];
  const { track } = party.calls[index].session.connection.getReceivers().find(receiver => receiver.track.kind === 'audio');
  const audio = new AudioContext();
  const analyser = new AnalyserNode(audio, { fftSize: 2048 });
  const samples = new Float32Array(analyser.fftSize);
  const power = frequency => {
    const step = 2 * Math.PI * frequency / audio.sampleRate;
    const [re, im] = samples.reduce(([re, im], sample, i) => [re + sample * Math.cos(step * i), im + sample * Math.sin(step * i)], [0, 0]);
    return Math.hypot(re, im) / samples.length;
  };
  const strongest = frequencies => {
    const [first, second] = frequencies.map((frequency, i) => ({ i, power: power(frequency) })).sort((a, b) => b.power - a.power);
    return first.power > 0.01 && first.power > 3 * second.power ? first.i : -1;
  };
  let last = '';
  audio.createMediaStreamSource(new MediaStream([track])).connect(analyser);
  party.heard = '';
  setInterval(() => {
    analyser.getFloatTimeDomainData(samples);
    const [row, column] = [strongest(rows), strongest(columns)];
    const key = row < 0 || column < 0 ? '' : '123A456B789C*0#D'[row * 4 + column];
    if (key && key !== last)
      party.heard += key;
    last = key;
  }, 20);
};
