<?php
/* Edits or deletes as an editor does: arguments are the folder of WordPress, "edit" or "delete", the
   number of the post, and for an edit the paragraph that is added. */
$_SERVER['HTTP_HOST'] = '127.0.0.1';
require $argv[1] . '/wp-load.php';
$id = (int) $argv[3];
if ($argv[2] === 'edit') {
    $content = get_post($id)->post_content . '<!-- wp:paragraph --><p>' . $argv[4] . '</p><!-- /wp:paragraph -->';
    $done = wp_update_post(['ID' => $id, 'post_content' => wp_slash($content)]) === $id;
} else {
    foreach (get_attached_media('', $id) as $file) {
        wp_delete_attachment($file->ID, true);
    }
    $done = (bool) wp_delete_post($id, true);
}
exit($done ? 0 : 1);
