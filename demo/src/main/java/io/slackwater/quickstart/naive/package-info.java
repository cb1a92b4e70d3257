/**
 * What people do today, to compare with: a hash ring in a key, a notification when it changes, and everybody reloads it. Written kindly:
 * the notification is pushed, a subscriber joins the new server before it leaves the old one, and a server is only ended long after the
 * last reload. Messages are lost all the same, because nobody waits for anybody.
 */
@NullMarked
package io.slackwater.quickstart.naive;

import org.jspecify.annotations.NullMarked;
