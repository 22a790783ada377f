package io.channels4j.examples.chat;

/**
 * What the page gets, as JSON. The whole protocol:
 *
 * <pre>
 * /ws/rooms/ROOM/?nick=NICK
 *   page to server  {"type": "message", "text": "hi"}
 *                   {"type": "typing"}                       while somebody writes, every 2 seconds
 *   server to page  {"type": "history", "data": [..]}        on entering: the last 50 of what "said" carries
 *                   {"type": "said", "data": {"id": 7, "nick": "Ada", "text": "hi", "at": "2026-03-29T12:00:00Z"}}
 *                   {"type": "joined", "data": {"nick": "Ada"}}, the same with "left" and "typing": for the others
 *                   {"type": "problem", "data": {"text": "hi"}}  this message could not be stored
 *
 * /ws/lobby/
 *   server to page  {"type": "rooms", "data": [{"name": "kitchen", "messages": 7, "lastAt": "2026-03-29T12:00:00Z"}, ..]}
 *                   {"type": "active", "data": {"room": "kitchen", "at": "2026-03-29T12:00:00Z"}}
 * </pre>
 *
 * <p>A message may come twice, in the history and as "said", and messages that were said at once may change places: ids tell.
 *
 * @param type what it is about
 * @param data the rest
 */
record ToPage(String type, Object data) {

    record Person(String nick) {}
}
