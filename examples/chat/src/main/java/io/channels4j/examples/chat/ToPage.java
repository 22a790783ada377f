package io.channels4j.examples.chat;

/**
 * A JSON message to the page. The complete protocol:
 *
 * <pre>
 * /ws/rooms/ROOM/?nick=NICK
 *   page to server  {"type": "message", "text": "hi"}
 *                   {"type": "typing"}                       while the user types, every 2 seconds
 *   server to page  {"type": "history", "data": [..]}        after connecting: the data of the last 50 "said"
 *                   {"type": "said", "data": {"id": 7, "nick": "Ada", "text": "hi", "at": "2026-03-29T12:00:00Z"}}
 *                   {"type": "joined", "data": {"nick": "Ada"}}, also "left" and "typing"; sent to the other members
 *                   {"type": "problem", "data": {"text": "hi"}}  this message could not be stored
 *
 * /ws/lobby/
 *   server to page  {"type": "rooms", "data": [{"name": "kitchen", "messages": 7, "lastAt": "2026-03-29T12:00:00Z"}, ..]}
 *                   {"type": "active", "data": {"room": "kitchen", "at": "2026-03-29T12:00:00Z"}}
 * </pre>
 *
 * <p>A message may arrive twice, in the history and as "said". Concurrent messages may arrive in either order. The ids
 * identify duplicates.
 *
 * @param type the type of the message
 * @param data its content
 */
record ToPage(String type, Object data) {

    record Person(String nick) {}
}
