// Makes calls of every kind with dockerode and prints what comes back.
//
// usage: node dockerode.js NAME   (NAME begins all names; the daemon is
// DOCKER_HOST, dockerode is found through NODE_PATH)
//
// Values are printed as the daemon gave them, ids and times included: a replay
// has to give the very same.
'use strict';
const { PassThrough } = require('stream');
const Docker = require('dockerode');

const NAME = process.argv[2];
const docker = new Docker({ socketPath: process.env.DOCKER_HOST.replace('unix://', '') });

const show = (what, value) => console.log(`${what}: ${JSON.stringify(value)}`);

// error shows what a call came to that may fail.
async function error(what, call) {
  try {
    show(what, await call());
  } catch (e) {
    if (!e.statusCode) throw e;
    show(what, [e.statusCode, e.json]);
  }
}

// all is a stream's text; demuxed, by stdout and stderr.
async function all(stream) {
  const chunks = [];
  for await (const c of stream) chunks.push(c);
  return Buffer.concat(chunks).toString();
}

async function demuxed(stream) {
  const out = new PassThrough(), err = new PassThrough();
  docker.modem.demuxStream(stream, out, err);
  stream.on('end', () => { out.end(); err.end(); });
  return Promise.all([all(out), all(err)]);
}

async function daemon() {
  show('ping', (await docker.ping()).toString());
  const v = await docker.version();
  show('version', [v.Version, v.ApiVersion, v.Os]);
  const i = await docker.info();
  show('info', [i.ServerVersion, i.Driver, i.SystemTime]);
  show('df', Object.keys(await docker.df()).sort());
}

async function images() {
  show('images', (await docker.listImages({ filters: { reference: ['busybox'] } })).map((i) => i.RepoTags));
  const image = docker.getImage('busybox:latest');
  const found = await image.inspect();
  show('image', [found.Id, found.Created, found.Size]);
  show('history', (await image.history()).length);
  await image.tag({ repo: NAME + '-image', tag: 'v1' });
  show('tagged', (await docker.getImage(NAME + '-image:v1').inspect()).Id);
  await docker.getImage(NAME + '-image:v1').remove();
  show('save', (await all(await image.get())).length);
  await error('no such image', () => docker.getImage('dockwire-no-such-image').inspect());
}

async function lifecycle() {
  const c = await docker.createContainer({ Image: 'busybox', name: NAME + '-first', Cmd: ['sh', '-c', 'echo out; sleep 0.1; echo err >&2; exit 7'] });
  show('created', c.id);
  const before = await c.inspect();
  show('before', [before.Name, before.State.Status]);
  const stream = await c.attach({ stream: true, stdout: true, stderr: true });
  const output = demuxed(stream);
  await c.start();
  show('wait', await c.wait());
  show('attached', await output);
  show('logs', (await c.logs({ stdout: true, stderr: true, timestamps: true })).toString());
  show('follow', await demuxed(await c.logs({ stdout: true, stderr: true, follow: true })));
  show('diff', await c.changes());
  const after = await c.inspect();
  show('after', [after.State.Status, after.State.ExitCode, after.State.FinishedAt]);
  await c.rename({ name: NAME + '-renamed' });
  show('renamed', (await docker.getContainer(NAME + '-renamed').inspect()).Name);
  show('exported', (await all(await c.export())).length);
  show('commit', await c.commit({ repo: NAME + '-committed', tag: 'x' }));
  await docker.getImage(NAME + '-committed:x').remove();
  await c.remove();
  await error('gone', () => c.inspect());
}

async function running() {
  const c = await docker.createContainer({ Image: 'busybox', name: NAME + '-long', Cmd: ['sleep', '100'], Env: ['A=1'], HostConfig: { NetworkMode: 'none' } });
  await c.start();
  show('listed', (await docker.listContainers({ filters: { name: [NAME + '-long'] } })).map((x) => [x.Id, x.Names, x.State]));
  show('top', (await c.top()).Titles);
  await c.pause();
  show('paused', (await c.inspect()).State.Status);
  await c.unpause();
  show('unpaused', (await c.inspect()).State.Status);
  show('stats', (await c.stats({ stream: false })).read);
  const exec = await c.exec({ Cmd: ['sh', '-c', 'echo one; sleep 0.1; echo two >&2; exit 3'], AttachStdout: true, AttachStderr: true });
  show('exec', await demuxed(await exec.start({})));
  const done = await exec.inspect();
  show('exec inspect', [done.ID, done.ExitCode]);
  const fed = await c.exec({ Cmd: ['cat'], AttachStdin: true, AttachStdout: true });
  const stream = await fed.start({ hijack: true, stdin: true });
  stream.end('fed to cat\n');
  show('exec stdin', await demuxed(stream));
  const tty = await c.exec({ Cmd: ['sh', '-c', 'test -t 1 && echo tty'], AttachStdout: true, Tty: true });
  show('exec tty', await all(await tty.start({ Tty: true })));
  const tar = await all(await c.getArchive({ path: '/bin/sh' }));
  show('getArchive', tar.length);
  await c.putArchive(await c.getArchive({ path: '/etc/hostname' }), { path: '/' });
  show('hostname', (await all(await c.getArchive({ path: '/hostname' }))).length);
  await error('conflict', () => docker.createContainer({ Image: 'busybox', name: NAME + '-long' }));
  await error('no such path', () => c.getArchive({ path: '/nowhere' }));
  await error('running', () => c.remove());
  await c.kill();
  show('killed', await c.wait());
  await c.remove({ v: true });
}

async function attached() {
  const c = await docker.createContainer({ Image: 'busybox', name: NAME + '-attached', Cmd: ['sh', '-c', 'cat; exit 5'], OpenStdin: true, StdinOnce: true, AttachStdin: true });
  const stream = await c.attach({ stream: true, stdin: true, stdout: true, stderr: true, hijack: true });
  const output = demuxed(stream);
  await c.start();
  stream.end('through the hijack\n');
  show('attach', await output);
  show('attached wait', await c.wait());
  await c.remove();
  const out = new PassThrough();
  const text = all(out);
  const [result, made] = await docker.run('busybox', ['sh', '-c', 'echo ran; exit 2'], out, { name: NAME + '-run', Tty: false });
  // It comes back with the wait; out ends with the attach, maybe later.
  show('run', [result, (await text).replace(/[^\w]/g, '')]);
  await made.remove();
}

async function events() {
  const stream = await docker.getEvents({ filters: { container: [NAME + '-watched'] } });
  const c = await docker.createContainer({ Image: 'busybox', name: NAME + '-watched', Cmd: ['true'] });
  await c.start();
  await c.wait();
  await c.remove();
  let text = '';
  for await (const chunk of stream) {
    text += chunk;
    if (text.includes('destroy')) break;
  }
  show('events', text.trim().split('\n').map((l) => JSON.parse(l)).map((e) => [e.Type, e.Action, e.Actor.Attributes.name, e.timeNano]));
}

async function networksAndVolumes() {
  const network = await docker.createNetwork({ Name: NAME + '-net', Driver: 'bridge', Internal: true, Labels: { 'dw.what': 'test' } });
  show('network', network.id);
  const volume = await docker.createVolume({ Name: NAME + '-vol', Labels: { 'dw.what': 'test' } });
  show('volume', await volume.inspect());
  const c = await docker.createContainer({ Image: 'busybox', name: NAME + '-with', Cmd: ['true'], HostConfig: { Binds: [NAME + '-vol:/data'] } });
  await network.connect({ Container: c.id });
  show('attached to', Object.keys((await c.inspect()).NetworkSettings.Networks).length);
  await network.disconnect({ Container: c.id });
  show('networks', (await docker.listNetworks({ filters: { name: [NAME + '-net'] } })).map((n) => n.Name));
  show('volumes', (await docker.listVolumes({ filters: { name: [NAME + '-vol'] } })).Volumes.map((v) => v.Name));
  await error('in use', () => volume.remove());
  await c.remove();
  await network.remove();
  await volume.remove();
  await error('no network', () => network.inspect());
}

// The inspects are five at a time, on connections of their own.
async function parallel() {
  const names = [0, 1, 2, 3, 4].map((i) => `${NAME}-many-${i}`);
  const made = await Promise.all(names.map((name) => docker.createContainer({ Image: 'busybox', name, Cmd: ['true'] })));
  show('parallel', await Promise.all(made.map(async (c) => (await c.inspect()).Name)));
  show('removed', (await Promise.all(made.map((c) => c.remove()))).length);
}

(async () => {
  for (const part of [daemon, images, lifecycle, running, attached, events, networksAndVolumes, parallel]) await part();
})().then(() => process.exit(0), (e) => { console.error(e); process.exit(1); });
