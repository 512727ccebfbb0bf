// The official RocketMQ 5 client for Node against a server; prints TAP. The only argument is JSON:
// endpoints, topics {normal, fifo, delay, transaction: [names nobody uses]}, groups {fresh, impatient: [...]},
// optionally credentials {accessKey, accessSecret} and wrong (the same with a wrong secret).
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import rocketmq from 'rocketmq-client-nodejs';

const { Producer, SimpleConsumer, PushConsumer, FilterExpression, ConsumeResult } = rocketmq;
const given = JSON.parse(process.argv[2]);
const COMMIT = 1;
const ROLLBACK = 2;
const SQL = 2;
const PATIENCE_MS = 60_000;
const logger = { info() {}, warn() {}, error() {}, debug() {}, close() {} };
const options = { endpoints: given.endpoints, namespace: '', logger, sessionCredentials: given.credentials };
const open = [];

const topic = (kind) => given.topics[kind].shift();
const group = (kind = 'fresh') => given.groups[kind].shift();

async function started(client) {
  await client.startup();
  open.push(client);
  return client;
}

const producer = (more = {}) => started(new Producer({ ...options, ...more }));
const simple = (name, from, filter = '*') =>
  started(new SimpleConsumer({
    ...options, consumerGroup: name, awaitDuration: 2_000, subscriptions: new Map([[from, filter]]),
  }));
const push = (name, from, consume) =>
  started(new PushConsumer({
    ...options, consumerGroup: name, subscriptions: new Map([[from, '*']]), messageListener: { consume },
  }));

async function until(condition, what) {
  const end = Date.now() + PATIENCE_MS;
  while (!await condition()) {
    assert.ok(Date.now() < end, what());
    await sleep(20);
  }
}

async function take(consumer, count) {
  const got = [];
  await until(async () => {
    for (const message of await consumer.receive(16, 30_000)) {
      await consumer.ack(message);
      got.push(message);
    }
    return got.length >= count;
  }, () => `${got.length} of ${count} came`);
  return got;
}

const bodies = (messages) => messages.map((message) => message.body.toString());
const message = (to, body, more = {}) => ({ topic: to, body: Buffer.from(body), ...more });

const scenarios = {
  async 'everything that a sender says reaches the receiver'() {
    const to = topic('normal');
    const consumer = await simple(group(), to);
    const sender = await producer({ topics: [to] });
    const receipt = await sender.send(message(to, 'hello', {
      tag: 'red', keys: ['k1', 'k2'], properties: new Map([['region', 'eu']]),
    }));
    const [got] = await take(consumer, 1);
    assert.equal(got.messageId, receipt.messageId);
    assert.equal(got.body.toString(), 'hello');
    assert.ok(!got.corrupted);
    assert.equal(got.tag, 'red');
    assert.deepEqual(got.keys, ['k1', 'k2']);
    assert.equal(got.properties.get('region'), 'eu');
    assert.equal(got.deliveryAttempt, 1);
  },

  async 'a committed message comes and a rolled back one never'() {
    const to = topic('transaction');
    const consumer = await simple(group(), to);
    const sender = await producer({ topics: [to], checker: { check: async () => 0 } });
    const no = sender.beginTransaction();
    await sender.send(message(to, 'no'), no);
    await no.rollback();
    const yes = sender.beginTransaction();
    await sender.send(message(to, 'yes'), yes);
    await yes.commit();
    assert.deepEqual(bodies(await take(consumer, 1)), ['yes']);
    assert.deepEqual(await consumer.receive(16, 30_000), []);
  },

  async 'an undecided message is checked until the checker knows'() {
    const to = topic('transaction');
    const consumer = await simple(group(), to);
    let asked = 0;
    const sender = await producer({
      topics: [to],
      checker: {
        check: async (half) => {
          if (half.body.toString() === 'no') return ROLLBACK;
          return ++asked < 3 ? 0 : COMMIT;
        },
      },
    });
    await sender.send(message(to, 'no'), sender.beginTransaction());
    await sender.send(message(to, 'yes'), sender.beginTransaction());
    assert.deepEqual(bodies(await take(consumer, 1)), ['yes']);
    assert.equal(asked, 3);
    assert.deepEqual(await consumer.receive(16, 30_000), []);
  },

  async 'a delayed message comes in its time and a recalled one never'() {
    const to = topic('delay');
    const consumer = await simple(group(), to);
    const sender = await producer({ topics: [to] });
    const due = Date.now() + 4_000;
    const recalled = await sender.send(message(to, 'recalled', { deliveryTimestamp: new Date(due) }));
    await sender.send(message(to, 'kept', { deliveryTimestamp: new Date(due) }));
    assert.equal((await sender.recallMessage(to, recalled.recallHandle)).messageId, recalled.messageId);
    assert.deepEqual(bodies(await take(consumer, 1)), ['kept']);
    assert.ok(Date.now() >= due - 1_000);
    assert.deepEqual(await consumer.receive(16, 30_000), []);
  },

  async 'an ordered push consumer gets every message group in order'() {
    const to = topic('fifo');
    const seen = [];
    await push(group(), to, async (got) => {
      seen.push(got.body.toString());
      return ConsumeResult.SUCCESS;
    });
    const sender = await producer({ topics: [to] });
    for (let i = 0; i < 5; i++) {
      for (const name of ['a', 'b']) {
        await sender.send(message(to, `${name}${i}`, { messageGroup: name }));
      }
    }
    await until(() => seen.length >= 10, () => `seen ${seen}`);
    for (const name of ['a', 'b']) {
      assert.deepEqual(seen.filter((body) => body.startsWith(name)), [0, 1, 2, 3, 4].map((i) => name + i));
    }
  },

  async 'a failing message is tried as often as its group says and is then a dead letter'() {
    const to = topic('normal');
    const name = group('impatient');
    const attempts = [];
    await push(name, to, async (got) => {
      attempts.push(got.deliveryAttempt);
      return ConsumeResult.FAILURE;
    });
    const sender = await producer({ topics: [to] });
    await sender.send(message(to, 'bad'));
    await until(() => attempts.length >= 3, () => `attempts ${attempts}`);
    const dead = await simple(group(), `%DLQ%${name}`);
    assert.deepEqual(bodies(await take(dead, 1)), ['bad']);
    assert.deepEqual(attempts, [1, 2, 3]);
  },

  async 'filters by tag and SQL92 decide who gets what'() {
    const to = topic('normal');
    const tagged = await simple(group(), to, 'red || blue');
    const sql = await simple(group(), to, new FilterExpression('amount > 10', SQL));
    const sender = await producer({ topics: [to] });
    for (const [tag, amount] of [['red', '5'], ['green', '15'], ['blue', '25']]) {
      await sender.send(message(to, `${tag} ${amount}`, { tag, properties: new Map([['amount', amount]]) }));
    }
    assert.deepEqual(bodies(await take(tagged, 2)).sort(), ['blue 25', 'red 5']);
    assert.deepEqual(bodies(await take(sql, 2)).sort(), ['blue 25', 'green 15']);
  },

  async 'an invisible duration can be changed and the first handle still settles'() {
    const to = topic('normal');
    const consumer = await simple(group(), to);
    const sender = await producer({ topics: [to] });
    await sender.send(message(to, 'mine'));
    let got = [];
    await until(async () => (got = await consumer.receive(1, 10_000)).length > 0, () => 'nothing came');
    await consumer.changeInvisibleDuration(got[0], 20_000);
    await consumer.ack(got[0]);
    assert.deepEqual(await consumer.receive(16, 30_000), []);
  },

  // The client's gRPC takes answers up to 4 MiB, so a body that has all of these would not reach it.
  async 'the largest message arrives whole'() {
    const to = topic('normal');
    const consumer = await simple(group(), to);
    const sender = await producer({ topics: [to] });
    const body = Buffer.alloc(4 * 1024 * 1024 - 4096, 7);
    await sender.send({ topic: to, body });
    const [got] = await take(consumer, 1);
    assert.ok(got.body.equals(body));
  },
};

// What a user sees of it: the error is the same for every failure, so the reason is in the client's log only.
async function refused(sessionCredentials) {
  const to = topic('normal');
  const said = [];
  const log = (...words) => said.push(words.map((word) => word?.stack ?? String(word)).join(' '));
  const sender = new Producer({
    ...options, sessionCredentials, topics: [to], logger: { ...logger, warn: log, error: log },
  });
  await assert.rejects(async () => {
    await sender.startup();
    await sender.send(message(to, 'x'));
  }, /Startup the rocketmq client failed.*Failed to fetch topic routes/);
  await Promise.race([sender.shutdown().catch(() => {}), sleep(2_000)]);
  const reason = said.find((line) => line.includes('40100'));
  assert.ok(reason, `no 40100 in ${said.join('\n')}`);
  console.log(`# it said: ${reason.split('\n')[0]}`);
}

if (given.wrong) {
  scenarios['a wrong secret is turned away'] = () => refused(given.wrong);
  scenarios['no credential is turned away'] = () => refused(undefined);
}

let number = 0;
let failed = 0;
console.log(`1..${Object.keys(scenarios).length}`);
for (const [name, run] of Object.entries(scenarios)) {
  number++;
  try {
    await run();
    console.log(`ok ${number} - ${name}`);
  } catch (e) {
    failed++;
    console.log(`not ok ${number} - ${name}`);
    console.log(String(e?.stack ?? e).split('\n').map((line) => `# ${line}`).join('\n'));
  }
  await Promise.race([Promise.allSettled(open.splice(0).map((client) => client.shutdown())), sleep(5_000)]);
}
process.exit(failed ? 1 : 0);
